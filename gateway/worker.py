"""The worker: durable jobs and schedules, run by DBOS on the database that holds all the rest.

A job carries ids only and may run twice: what it does is guarded by the delivery it is about, so
no DBOS step is recorded inside it. Every process that works is a node, under a name no other ever
had. It says every few seconds that it lives; when one falls silent, or its process is gone from the
same host, another puts its unfinished jobs in line again. Schedules fire once whatever the number
of nodes: the job of each tick has the tick in its name.
"""

import os
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from dbos import DBOS, DBOSPortableJSONSerializer

from gateway.logs import adopt, get_logger

_log = get_logger(__name__)

APPLICATION = "congedo"
APPLICATION_VERSION = "1"
"""Fixed: jobs carry ids only, so a newer program can run those an older one put in line."""
QUEUE = "deliveries"
DELIVER = "deliver"
BEATS_BEFORE_SILENT = 4
KEPT_JOBS = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Something done by the clock: ``cron`` has seconds first and is read in Italian time."""

    name: str
    cron: str
    run: Callable[[datetime], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind:
    """Durable jobs beside the deliveries: ``run`` gets the university, an id and the attempt.

    ``slots`` run at once in a process, ``slots_per_university`` of them for the same university.
    """

    name: str
    queue: str
    run: Callable[[str, str, int], str]
    slots: int
    slots_per_university: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Nodes:
    """How nodes tell that they live."""

    beat: Callable[[str, datetime], None]
    seen: Callable[[], Mapping[str, datetime]]
    forget: Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerPlan:
    """What a worker does and on what.

    ``host`` names the machine; ``silent_seconds`` is how long a node may say nothing before the
    others take its jobs.
    """

    engine: sa.Engine
    host: str
    attempt: Callable[[str, str, int], str]
    schedules: tuple[Schedule, ...]
    nodes: Nodes
    slots: int
    slots_per_partner: int
    poll_seconds: float
    silent_seconds: float
    others: tuple[JobKind, ...] = ()


def node_name(host: str) -> str:
    """Return a name for this process that no node ever had: host, process and chance."""
    return f"{host}#{os.getpid()}#{secrets.token_hex(3)}"


def is_gone(node: str, host: str) -> bool:
    """Tell whether a node is known to be dead: of this host, and its process is no more."""
    its_host, _, rest = node.partition("#")
    number = rest.partition("#")[0]
    if its_host != host or not number.isdigit():
        return False
    if int(number) == os.getpid():
        return True  # another that had our number before us
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False  # it lives, under another user
    return False


class Worker:
    """One worker for the process; DBOS allows no second."""

    def __init__(self, plan: WorkerPlan) -> None:
        self._plan = plan
        self.node = node_name(plan.host)
        self._stop = threading.Event()
        self._heart: threading.Thread | None = None

    def start(self) -> None:
        """Begin to work; what a dead process of this host had left unfinished goes on."""
        plan = self._plan
        DBOS(
            config={
                "name": APPLICATION,
                "system_database_engine": plan.engine,
                "dbos_system_schema": "dbos",
                "application_version": APPLICATION_VERSION,
                "executor_id": self.node,
                "serializer": DBOSPortableJSONSerializer(),
                "run_migrations": False,
                "use_listen_notify": False,
                "max_executor_threads": plan.slots + sum(kind.slots for kind in plan.others) + 8,
                "scheduler_polling_interval_sec": 5.0,
                "log_level": "WARNING",
            }
        )
        adopt("dbos")
        self._define()
        plan.nodes.beat(self.node, datetime.now(UTC))  # who has a job is known
        DBOS.launch()
        DBOS.register_queue(
            QUEUE,
            worker_concurrency=plan.slots,
            partition_worker_concurrency=plan.slots_per_partner,
            polling_interval_sec=plan.poll_seconds,
        )
        for kind in plan.others:
            DBOS.register_queue(
                kind.queue,
                worker_concurrency=kind.slots,
                partition_worker_concurrency=kind.slots_per_university,
                polling_interval_sec=plan.poll_seconds,
            )
        self._schedule()
        self._heart = threading.Thread(target=self._live, name="heartbeat", daemon=True)
        self._heart.start()

    def stop(self, seconds: int = 10) -> None:
        """Take no new job, wait for those running, and leave."""
        self._stop.set()
        DBOS.destroy(workflow_completion_timeout_sec=seconds)
        if self._heart is not None:
            self._heart.join(timeout=seconds)
        self._plan.nodes.forget(self.node)

    def _define(self) -> None:
        plan = self._plan

        @DBOS.workflow(name=DELIVER)
        def deliver(university: str, delivery_id: str, number: int) -> str:
            try:
                return plan.attempt(university, delivery_id, number)
            except Exception:
                _log.exception("delivery_failed", delivery_id=delivery_id, attempt=number)
                raise

        for kind in plan.others:
            _define(kind)
        self._schedules = (*plan.schedules, Schedule("clean-jobs", "0 17 3 * * *", self._clean))
        by_name: Mapping[str, Schedule] = {item.name: item for item in self._schedules}

        @DBOS.workflow(name="scheduled")
        def scheduled(due: datetime, name: Any) -> None:
            item = by_name.get(str(name))
            if item is None:
                return  # a schedule of another version of the program
            try:
                item.run(datetime.now(UTC))
            except Exception:
                _log.exception("schedule_failed", schedule=item.name, due=str(due))
                raise

        self._scheduled = scheduled

    def _schedule(self) -> None:
        DBOS.apply_schedules(
            [
                {
                    "schedule_name": item.name,
                    "workflow_fn": self._scheduled,
                    "schedule": item.cron,
                    "context": item.name,
                    "cron_timezone": "Europe/Rome",
                }
                for item in self._schedules
            ]
        )

    def _live(self) -> None:
        """Say that this node lives, and look after those that do not."""
        pause = self._plan.silent_seconds / BEATS_BEFORE_SILENT
        while not self._stop.is_set():
            try:
                now = datetime.now(UTC)
                self._plan.nodes.beat(self.node, now)
                self._take_over(now)
            except Exception:  # noqa: BLE001  a missed beat is not the end of the worker
                _log.exception("heartbeat_failed", node=self.node)
            self._stop.wait(pause)

    def _take_over(self, now: datetime) -> None:
        """Put the unfinished jobs of nodes that are gone or silent in line again.

        A node wrongly thought silent may run a job twice, which its delivery bears.
        """
        pending = DBOS.list_workflows(status="PENDING", load_input=False)
        before = now - timedelta(seconds=self._plan.silent_seconds)
        known = self._plan.nodes.seen()  # after the jobs: a node beats before it takes its first
        dead = {
            node
            for node, seen in known.items()
            if node != self.node and (seen < before or is_gone(node, self._plan.host))
        }
        orphans = [job for job in pending if job.executor_id not in known.keys() - dead]
        queues = {DELIVER: QUEUE, **{kind.name: kind.queue for kind in self._plan.others}}
        for queue in (*queues.values(), None):
            ids = [job.workflow_id for job in orphans if queues.get(job.name) == queue]
            if ids:
                DBOS.resume_workflows(ids, queue_name=queue)
        for node in dead:
            self._plan.nodes.forget(node)
        if dead or orphans:
            _log.warning("nodes_gone", nodes=sorted(dead), jobs=len(orphans))

    def _clean(self, now: datetime) -> None:
        """Forget jobs that ended long ago; deliveries themselves are kept."""
        before = (now - KEPT_JOBS).isoformat()
        while True:
            old = DBOS.list_workflows(
                status=["SUCCESS", "ERROR", "CANCELLED"],
                completed_before=before,
                limit=500,
                load_input=False,
                load_output=False,
            )
            if not old:
                return
            DBOS.delete_workflows([job.workflow_id for job in old])


def _define(kind: JobKind) -> None:
    """Let the job engine know what a kind of job does."""

    @DBOS.workflow(name=kind.name)
    def work(university: str, subject: str, number: int) -> str:
        try:
            return kind.run(university, subject, number)
        except Exception:
            _log.exception("job_failed", job=kind.name, subject=subject, attempt=number)
            raise
