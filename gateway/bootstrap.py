"""The composition root: alone knows every package, and puts an installation together."""

import gc
import random
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, partial
from typing import Any

from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from gateway.client.message_security import MessageSecurity
from gateway.client.observed import ObservedPartners, ObservedRegistry
from gateway.client.openid import OpenIdProviders
from gateway.client.partner import SoapPartners
from gateway.client.sessions import Sessions
from gateway.client.title_wire import SERVICES
from gateway.client.titles import SoapRegistry
from gateway.client.transport import PartnerTransport
from gateway.contracts import Lookup
from gateway.diagnosis import Diagnosis
from gateway.documents.typst_papers import TypstPapers
from gateway.domain.deliveries import DeliveryKind
from gateway.domain.identifiers import MiurCode
from gateway.domain.partners import Partner
from gateway.domain.tokens import ALPHABET, LENGTH, Token
from gateway.embedded.student_credentials import EmbeddedCredentials
from gateway.embedded.student_records import EmbeddedStudentRecords
from gateway.entrance import make_account_desk, proxy_headers
from gateway.files.admitted import read_admitted
from gateway.files.courses import COLUMNS, read_courses
from gateway.files.enrolled_students import read_enrolled
from gateway.files.personal_copy import archive_copy
from gateway.foglio.canonical import message_fingerprint
from gateway.foglio.composition import XmlFoglioComposer
from gateway.foglio.documents import XmlFoglioDocuments
from gateway.metrics.catalogue import ATTEMPTS
from gateway.metrics.exposition import Exposition
from gateway.metrics.folder import Folder
from gateway.metrics.meter import Meter
from gateway.observation import Observer, acting
from gateway.settings import Settings
from gateway.soap.endpoint import SoapEndpoint
from gateway.soap.outcomes import CODES, describe
from gateway.soap.passwords import Passwords
from gateway.soap.reception import Reception
from gateway.soap.titles_endpoint import MOUNT, LookupEndpoint
from gateway.soap.wiring import Wiring
from gateway.systems import Systems
from gateway.timetable import Timetable
from gateway.usecases import delivery, verification
from gateway.usecases.account_ports import AccountDesk
from gateway.usecases.couriers import make_couriers
from gateway.usecases.delivery import Courier, Desk
from gateway.usecases.forwarding import RegistryUpstream
from gateway.usecases.lookups import LookupDesk
from gateway.usecases.partner_ports import PartnerServices
from gateway.usecases.ports import ProtocolRegister, StudentFile, UnitOfWork
from gateway.usecases.registry import RegistryDesk
from gateway.usecases.title_ports import Upstream
from gateway.usecases.verification import VerificationDesk
from gateway.vitals import Vitals
from gateway.web.administration_wiring import AdministrationWiring
from gateway.web.application import make_app
from gateway.web.health import Readiness
from gateway.web.scraping import add_metrics
from gateway.web.signs_of_life import add_signs_of_life
from gateway.web.wiring import WebWiring
from gateway.worker import JobKind, Nodes, Worker, WorkerPlan
from gateway.wsse.libraries import check_libraries
from gateway.wsse.timestamps import Window
from storage.deliveries import VERIFY_QUEUE, VERIFY_WORKFLOW
from storage.encryption import Cipher
from storage.hygiene import settle
from storage.nodes import NodeRows
from storage.store import Store
from storage.title_archive import StoreTitleArchive


def now() -> datetime:
    """Return the present moment: the only clock of the program."""
    return datetime.now(UTC)


def new_token() -> Token:
    """Return a token nobody can guess."""
    number = secrets.randbits(128)
    letters = []
    for _ in range(LENGTH):
        number, index = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[index])
    return Token("".join(letters))


class Installation:
    """An opened installation: settings, store, and everything built on them."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = now,
        transport: PartnerTransport | None = None,
        upstream: Upstream | None = None,
    ) -> None:
        check_libraries()
        self.settings = settings
        self.clock = clock
        self.window = Window(
            timedelta(seconds=settings.message_fresh_seconds),
            timedelta(seconds=settings.message_ahead_seconds),
        )
        self.store = Store(
            settings.url,
            Cipher.from_file(settings.keys),
            canonical=message_fingerprint,
            retry=settings.retry,
            pool_size=settings.threads + 2 * settings.delivery_slots,
        )
        self.documents = XmlFoglioDocuments()
        self.papers = TypstPapers()
        self.composer = XmlFoglioComposer()
        self._transport = transport
        self._upstream = upstream
        self._counts = Folder(settings.home / "metrics", settings.node)
        self.meter = Meter(self._counts)
        self.observer = Observer(self.meter)

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()
        self.meter.close()

    def today(self) -> date:
        """Return the present day (UTC); legal days are taken from moments by the domain."""
        return self.clock().date()

    @cached_property
    def vitals(self) -> Vitals:
        """How the installation is."""
        return Vitals(self.settings, self.store, self.clock, self._counts)

    @cached_property
    def diagnosis(self) -> Diagnosis:
        """Whether the installation is well."""
        return Diagnosis(self.settings, self.store, self.clock, self.vitals, self.desk)

    @cached_property
    def exposition(self) -> Exposition:
        """All metrics: those of every process of this installation, and what is read just now."""
        return Exposition(self._counts, self.vitals.groups())

    @cached_property
    def partners(self) -> PartnerServices:
        """The services of partners."""
        services = SoapPartners(self.transport, self.message_security)
        return ObservedPartners(services, self.observer)

    @cached_property
    def message_security(self) -> MessageSecurity:
        """What proves our messages, and demands proof of answers."""
        return MessageSecurity(self.clock, self.window)

    @cached_property
    def transport(self) -> PartnerTransport:
        """How messages leave, under the security of whom they go to."""
        sessions = Sessions(self.settings.outbound_proxy, self.settings.authorities)
        return self._transport or PartnerTransport(sessions)

    @cached_property
    def passwords(self) -> Passwords:
        """What verifies passwords: one for the process, so that its cost is bounded once."""
        return Passwords(max(1, self.settings.threads // 2))

    @cached_property
    def timetable(self) -> Timetable:
        """What is done by the clock."""
        return Timetable(self.store, self.settings, self.meter)

    @cached_property
    def couriers(self) -> Mapping[DeliveryKind, Courier]:
        """Which courier carries which kind of delivery."""
        return make_couriers(self.documents)

    @cached_property
    def systems(self) -> Systems:
        """Register, student file, mail server."""
        return Systems(self.store, self.settings, self.clock)

    def register_for(self, uow: UnitOfWork) -> ProtocolRegister:
        """Return the protocol register."""
        return self.systems.register_for(uow)

    def student_file_for(self, uow: UnitOfWork) -> StudentFile:
        """Return the student file."""
        return self.systems.student_file_for(uow)

    def wiring(self) -> Wiring:
        """Return what the SOAP services need."""
        return Wiring(
            open_uow=self.store.open_uow,
            find_university=self.store.university,
            find_universities=self.store.hosted,
            find_partner=self.store.partner_by_username,
            letting_look_up=self.store.letting_look_up,
            lookups=self.lookups(),
            upstream_for=self.upstream_for,
            partners_of=self.store.partners_of,
            remember=self.store.nonces.remember,
            documents=self.documents,
            register_for=self.register_for,
            student_file_for=self.student_file_for,
            new_token=new_token,
            clock=self.clock,
            public_url=self.settings.public_url,
            foglio_limit=self.settings.foglio_limit,
            small_limit=self.settings.small_limit,
            proxy_secrets=tuple(self.settings.proxy_secret.split()),
            window=self.window,
            threads=self.settings.threads,
            passwords=self.passwords,
        )

    def web_wiring(self) -> WebWiring:
        """Return what the pages need."""
        desk = self.account_desk
        return WebWiring(
            open_uow=self.store.open_uow,
            find_university=self.store.university,
            find_universities=self.store.hosted,
            account_desk=desk,
            accounts=desk.accounts,
            sessions=desk.sessions,
            hash_password=desk.hash_password,
            seal=self.store.cipher.seal,
            unseal=self.store.cipher.open,
            openid=OpenIdProviders(self.settings.outbound_proxy, self.settings.authorities),
            remember=self.store.nonces.remember,
            proxy=proxy_headers(self.settings),
            documents=self.documents,
            papers=self.papers,
            figures=self.store.figures,
            causes={code: cause for cause, code in CODES.items()},
            composer=self.composer,
            records_for=EmbeddedStudentRecords,
            register_for=self.register_for,
            student_file_for=self.student_file_for,
            new_token=new_token,
            clock=self.clock,
            arrival_sessions=self.store.arrival_sessions,
            arrival_tries=self.store.arrival_tries,
            read_enrolled=read_enrolled,
            cookie_key=self.store.cipher.index("cookies of the pages"),
            public_url=self.settings.public_url,
            over_tls=self.settings.public_url.startswith("https:"),
            administration=self.administration_wiring(),
        )

    def administration_wiring(self) -> AdministrationWiring:
        """Return what the pages of administrators need beside."""
        return AdministrationWiring(
            open_uow=self.store.open_uow,
            save_university=self.store.save_university,
            forget=self.store.forget,
            settle=partial(settle, self.store.reader),
            desk=self.desk,
            registry_desk=self.registry_desk,
            diagnosis=self.diagnosis,
            codes=CODES,
            course_columns={field: column for column, field in COLUMNS.items()},
            read_courses=read_courses,
            read_admitted=read_admitted,
            archive_copy=archive_copy,
        )

    @cached_property
    def account_desk(self) -> AccountDesk:
        """What the steps of accounts work with."""
        return make_account_desk(self.store, self.passwords, self.clock)

    def lookups(self) -> LookupDesk:
        """Return what answers lookups of awarded titles."""
        archive = StoreTitleArchive(self.store)
        credentials = EmbeddedCredentials(archive, self.passwords.verify)
        return LookupDesk(archive=archive, credentials=credentials, upstream=self._upstream)

    def upstream_for(
        self, university: MiurCode, caller: MiurCode, lookup: Lookup
    ) -> Upstream | None:
        """Return the registry to which a hosted university passes on a partner's lookups."""
        registry = self.store.registry(university)
        service = SERVICES[lookup]
        if registry is None or not registry.takes_forwarded(service):
            return None
        return RegistryUpstream(university, caller, self.registry_desk())

    def desk(self) -> Desk:
        """Return what deliveries need."""
        return Desk(
            open_uow=self.store.open_uow,
            services=self.partners,
            couriers=self.couriers,
            clock=self.clock,
            roll=random.random,
            describe=describe,
        )

    def registry_desk(self) -> RegistryDesk:
        """Return what queries to a registry of titles need."""
        asked = SoapRegistry(self.transport, self.message_security)
        registry = ObservedRegistry(asked, self.observer)
        return RegistryDesk(self.store.open_uow, registry, self.clock)

    def verification_desk(self) -> VerificationDesk:
        """Return what the verification of titles needs."""
        return VerificationDesk(self.registry_desk(), self.documents, random.random)

    def verify(self, university: str, verification_id: str, number: int) -> str:
        """Make one attempt of a verification of titles."""
        with acting(university, f"{verification_id}-{number}"):
            return verification.attempt(
                MiurCode(university), verification_id, number, desk=self.verification_desk()
            ).value

    def mail(self, university: str, mail_id: str, number: int) -> str:
        """Make one attempt of a mail."""
        with acting(university, f"{mail_id}-{number}"):
            return self.systems.mail(university, mail_id, number)

    def wsgi(self) -> Any:
        """Return the web application: pages at the root, services below ``/soap``."""
        app = make_app(self.web_wiring())
        add_signs_of_life(app, Readiness(self.vitals.checks()))
        add_metrics(app, self.exposition.render, self.settings.metrics_token)
        wiring, watched = self.wiring(), self.observer.watched
        reception = Reception(wiring)
        services = {
            "/soap": watched(SoapEndpoint(wiring, reception)),
            f"/{MOUNT}": watched(LookupEndpoint(wiring, reception)),
        }
        app.wsgi_app = DispatcherMiddleware(app.wsgi_app, services)  # type: ignore[method-assign]
        proxies = self.settings.trusted_proxies
        if proxies:
            app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
                app.wsgi_app, proxies, proxies, proxies, proxies, proxies
            )
        self.meter.begin()
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)  # requests make much and keep nothing
        return app

    def every_partner(self) -> tuple[Partner, ...]:
        """Return the partners of all hosted universities, as remembered."""
        store = self.store
        return tuple(
            partner for hosted in store.hosted() for partner in store.partners_of(hosted.code)
        )

    def attempt(self, university: str, delivery_id: str, number: int) -> str:
        """Make one attempt of a delivery."""
        state = "error"
        try:
            with acting(university, f"{delivery_id}-{number}"):
                state = delivery.attempt(
                    MiurCode(university), delivery_id, number, desk=self.desk()
                ).value
        finally:
            self.meter.count(ATTEMPTS, university, state)
        return state

    def worker(self) -> Worker:
        """Return the worker of this process."""
        self.meter.begin()
        rows = NodeRows(self.store.engine)
        return Worker(
            WorkerPlan(
                engine=self.store.engine,
                host=self.settings.node,
                attempt=self.attempt,
                schedules=self.timetable.schedules(),
                nodes=Nodes(beat=rows.beat, seen=rows.seen, forget=rows.forget),
                slots=self.settings.delivery_slots,
                slots_per_partner=self.settings.delivery_slots_per_partner,
                poll_seconds=self.settings.poll_seconds,
                silent_seconds=self.settings.silent_seconds,
                others=(
                    JobKind(
                        name=VERIFY_WORKFLOW,
                        queue=VERIFY_QUEUE,
                        run=self.verify,
                        slots=4,
                        slots_per_university=2,
                    ),
                    self.systems.mail_jobs(self.mail),
                ),
            )
        )
