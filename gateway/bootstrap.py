"""The composition root: alone knows every package, and puts an installation together."""

import gc
import random
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from gateway import logs
from gateway.client.partner import SoapPartners
from gateway.client.title_wire import SERVICES
from gateway.client.titles import SoapRegistry
from gateway.client.transport import PartnerTransport, make_session
from gateway.contracts import Lookup
from gateway.domain.deliveries import DeliveryKind
from gateway.domain.identifiers import MiurCode
from gateway.domain.tokens import ALPHABET, LENGTH, Token
from gateway.embedded.protocol_register import EmbeddedRegister
from gateway.embedded.student_credentials import EmbeddedCredentials
from gateway.embedded.student_file import EmbeddedStudentFile
from gateway.foglio.canonical import message_fingerprint
from gateway.foglio.documents import XmlFoglioDocuments
from gateway.settings import Settings
from gateway.soap.callers import Passwords
from gateway.soap.endpoint import SoapEndpoint
from gateway.soap.outcomes import describe
from gateway.soap.titles_endpoint import MOUNT, LookupEndpoint
from gateway.soap.wiring import Wiring
from gateway.usecases import delivery, schedules, verification
from gateway.usecases.couriers import make_couriers
from gateway.usecases.delivery import Courier, Desk
from gateway.usecases.forwarding import RegistryUpstream
from gateway.usecases.lookups import LookupDesk
from gateway.usecases.ports import UnitOfWork
from gateway.usecases.registry import RegistryDesk
from gateway.usecases.title_ports import Upstream
from gateway.usecases.transaction import transact
from gateway.usecases.verification import VerificationDesk
from gateway.web.front_door import make_app
from gateway.worker import JobKind, Nodes, Schedule, Worker, WorkerPlan
from storage import database
from storage.deliveries import VERIFY_QUEUE, VERIFY_WORKFLOW
from storage.encryption import Cipher
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
        self.settings = settings
        self.clock = clock
        self.store = Store(
            settings.url,
            Cipher.from_file(settings.keys),
            canonical=message_fingerprint,
            retry=settings.retry,
            pool_size=settings.threads + 2 * settings.delivery_slots,
        )
        self.documents = XmlFoglioDocuments()
        self._transport = transport
        self._upstream = upstream

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()

    def today(self) -> date:
        """Return the present day (UTC); legal days are taken from moments by the domain."""
        return self.clock().date()

    @cached_property
    def partners(self) -> SoapPartners:
        """The services of partners."""
        return SoapPartners(self.transport)

    @cached_property
    def transport(self) -> PartnerTransport:
        """What carries messages to partners and registries."""
        return self._transport or PartnerTransport(
            make_session(self.settings.outbound_proxy, self.settings.authorities)
        )

    @cached_property
    def couriers(self) -> Mapping[DeliveryKind, Courier]:
        """Which courier carries which kind of delivery."""
        return make_couriers(self.documents)

    def register_for(self, uow: UnitOfWork) -> EmbeddedRegister:
        """Return the protocol register."""
        return EmbeddedRegister(uow)

    def student_file_for(self, uow: UnitOfWork) -> EmbeddedStudentFile:
        """Return the student file."""
        return EmbeddedStudentFile(uow)

    def wiring(self) -> Wiring:
        """Return what the SOAP services need."""
        return Wiring(
            open_uow=self.store.open_uow,
            find_university=self.store.university,
            find_partner=self.store.partner_by_username,
            find_partners=self.store.partners_by_username,
            letting_look_up=self.store.letting_look_up,
            lookups=self.lookups(),
            upstream_for=self.upstream_for,
            documents=self.documents,
            register_for=self.register_for,
            student_file_for=self.student_file_for,
            new_token=new_token,
            clock=self.clock,
            public_url=self.settings.public_url,
            foglio_limit=self.settings.foglio_limit,
            small_limit=self.settings.small_limit,
        )

    def lookups(self) -> LookupDesk:
        """Return what answers lookups of awarded titles."""
        archive = StoreTitleArchive(self.store)
        credentials = EmbeddedCredentials(archive, Passwords().verify)
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
        return RegistryDesk(self.store.open_uow, SoapRegistry(self.transport), self.clock)

    def verification_desk(self) -> VerificationDesk:
        """Return what the verification of titles needs."""
        return VerificationDesk(self.registry_desk(), self.documents, random.random)

    def verify(self, university: str, verification_id: str, number: int) -> str:
        """Make one attempt of a verification of titles."""
        token = logs.current_message.set(f"{verification_id}-{number}")
        try:
            return verification.attempt(
                MiurCode(university), verification_id, number, desk=self.verification_desk()
            ).value
        finally:
            logs.current_message.reset(token)

    def wsgi(self) -> Any:
        """Return the web application: pages at the root, services below ``/soap``."""
        app = make_app(self.store.universities, self.check_ready)
        wiring = self.wiring()
        app.wsgi_app = DispatcherMiddleware(  # type: ignore[method-assign]
            app.wsgi_app, {"/soap": SoapEndpoint(wiring), f"/{MOUNT}": LookupEndpoint(wiring)}
        )
        proxies = self.settings.trusted_proxies
        if proxies:
            app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
                app.wsgi_app, proxies, proxies, proxies, proxies, proxies
            )
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)  # requests make much and keep nothing
        return app

    def check_ready(self) -> None:
        """Raises: the database cannot be read, or is not of the newest form."""
        database.check_migrated(self.store.reader)

    def attempt(self, university: str, delivery_id: str, number: int) -> str:
        """Make one attempt of a delivery."""
        token = logs.current_message.set(f"{delivery_id}-{number}")
        try:
            return delivery.attempt(
                MiurCode(university), delivery_id, number, desk=self.desk()
            ).value
        finally:
            logs.current_message.reset(token)

    def for_each_university(self, act: Callable[..., int]) -> Callable[[datetime], None]:
        """Return a schedule's work: ``act`` for every hosted university, one commit each."""

        def run(at: datetime) -> None:
            for university in self.store.universities():
                transact(
                    university.code,
                    lambda uow: act(uow=uow, now=at),
                    open_uow=self.store.open_uow,
                )

        return run

    def worker(self) -> Worker:
        """Return the worker of this process."""
        each = self.for_each_university
        rows = NodeRows(self.store.engine)
        return Worker(
            WorkerPlan(
                engine=self.store.engine,
                host=self.settings.node,
                attempt=self.attempt,
                schedules=(
                    Schedule("refresh-offers", "0 30 4 * * *", each(schedules.refresh_offers)),
                    Schedule("watch-terms", "0 5 6 * * *", each(schedules.watch_terms)),
                    Schedule(
                        "expire-attachments", "0 10 0 * * *", each(schedules.expire_attachments)
                    ),
                    Schedule("reconcile", "0 0 * * * *", each(schedules.reconcile)),
                    Schedule(
                        "revive-forgotten", "30 */5 * * * *", each(schedules.revive_forgotten)
                    ),
                    Schedule(
                        "revive-verifications",
                        "45 */5 * * * *",
                        each(schedules.revive_verifications),
                    ),
                    Schedule("forget-answers", "0 40 2 * * *", each(schedules.forget_answers)),
                ),
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
                ),
            )
        )
