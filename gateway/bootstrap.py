"""The composition root: alone knows every package, and puts an installation together."""

import gc
import random
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from gateway import logs
from gateway.client.observed import ObservedPartners
from gateway.client.partner import SoapPartners
from gateway.client.transport import PartnerTransport, make_session
from gateway.domain.deliveries import DeliveryKind
from gateway.domain.identifiers import MiurCode
from gateway.domain.tokens import ALPHABET, LENGTH, Token
from gateway.embedded.protocol_register import EmbeddedRegister
from gateway.embedded.student_file import EmbeddedStudentFile
from gateway.foglio.canonical import message_fingerprint
from gateway.foglio.documents import XmlFoglioDocuments
from gateway.metrics.catalogue import ATTEMPTS, SCHEDULES
from gateway.metrics.exposition import Exposition
from gateway.metrics.folder import Folder
from gateway.metrics.meter import Meter
from gateway.observation import Observer, acting_for
from gateway.settings import Settings
from gateway.soap.endpoint import SoapEndpoint
from gateway.soap.outcomes import describe
from gateway.soap.wiring import Wiring
from gateway.usecases import delivery, schedules
from gateway.usecases.couriers import make_couriers
from gateway.usecases.delivery import Courier, Desk
from gateway.usecases.ports import PartnerServices, UnitOfWork
from gateway.usecases.transaction import transact
from gateway.vitals import Vitals
from gateway.web.front_door import make_app
from gateway.web.health import Readiness
from gateway.web.scraping import add_metrics
from gateway.worker import Nodes, Schedule, Worker, WorkerPlan
from storage.encryption import Cipher
from storage.nodes import NodeRows
from storage.store import Store


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
    def exposition(self) -> Exposition:
        """All metrics: those of every process of this installation, and what is read just now."""
        return Exposition(self._counts, self.vitals.groups())

    @cached_property
    def partners(self) -> PartnerServices:
        """The services of partners."""
        transport = self._transport or PartnerTransport(
            make_session(self.settings.outbound_proxy, self.settings.authorities)
        )
        return ObservedPartners(SoapPartners(transport), self.observer)

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
            documents=self.documents,
            register_for=self.register_for,
            student_file_for=self.student_file_for,
            new_token=new_token,
            clock=self.clock,
            public_url=self.settings.public_url,
            foglio_limit=self.settings.foglio_limit,
            small_limit=self.settings.small_limit,
        )

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

    def wsgi(self) -> Any:
        """Return the web application: pages at the root, services below ``/soap``."""
        app = make_app(self.store.universities, Readiness(self.vitals.checks()))
        add_metrics(app, self.exposition.render, self.settings.metrics_token)
        services = self.observer.watched(SoapEndpoint(self.wiring()))
        app.wsgi_app = DispatcherMiddleware(  # type: ignore[method-assign]
            app.wsgi_app, {"/soap": services}
        )
        proxies = self.settings.trusted_proxies
        if proxies:
            app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
                app.wsgi_app, proxies, proxies, proxies, proxies, proxies
            )
        self.meter.begin()
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)  # requests make much and keep nothing
        return app

    def attempt(self, university: str, delivery_id: str, number: int) -> str:
        """Make one attempt of a delivery."""
        token = logs.current_message.set(f"{delivery_id}-{number}")
        ours = acting_for.set(university)
        state = "error"
        try:
            state = delivery.attempt(
                MiurCode(university), delivery_id, number, desk=self.desk()
            ).value
        finally:
            self.meter.count(ATTEMPTS, university, state)
            acting_for.reset(ours)
            logs.current_message.reset(token)
        return state

    def counted(self, schedule: Schedule) -> Schedule:
        """Return a schedule whose runs are counted."""

        def run(at: datetime) -> None:
            result = "failed"
            try:
                schedule.run(at)
                result = "done"
            finally:
                self.meter.count(SCHEDULES, schedule.name, result)

        return replace(schedule, run=run)

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

    def schedules(self) -> tuple[Schedule, ...]:
        """Return what is done by the clock."""
        each = self.for_each_university
        return (
            Schedule("refresh-offers", "0 30 4 * * *", each(schedules.refresh_offers)),
            Schedule("watch-terms", "0 5 6 * * *", each(schedules.watch_terms)),
            Schedule("expire-attachments", "0 10 0 * * *", each(schedules.expire_attachments)),
            Schedule("reconcile", "0 0 * * * *", each(schedules.reconcile)),
            Schedule("revive-forgotten", "30 */5 * * * *", each(schedules.revive_forgotten)),
        )

    def worker(self) -> Worker:
        """Return the worker of this process."""
        self.meter.begin()
        rows = NodeRows(self.store.engine)
        return Worker(
            WorkerPlan(
                engine=self.store.engine,
                host=self.settings.node,
                attempt=self.attempt,
                schedules=tuple(map(self.counted, self.schedules())),
                nodes=Nodes(beat=rows.beat, seen=rows.seen, forget=rows.forget),
                slots=self.settings.delivery_slots,
                slots_per_partner=self.settings.delivery_slots_per_partner,
                poll_seconds=self.settings.poll_seconds,
                silent_seconds=self.settings.silent_seconds,
            )
        )
