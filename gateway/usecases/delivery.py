"""Making a delivery: one attempt, what it taught, and what follows.

An attempt is three pieces. First a unit of work notes that the message is about to leave, with its
bytes; then the partner is called with no transaction open; then a second unit of work records the
answer, its effect on the practice, and the next attempt if one is due. A crash between the pieces
leaves the delivery in ``sending``: the job runs again and sends the same bytes, which the partner
answers as before (T15).

A repeat may be refused by a partner that does not know repeats ("already there"). Before such a
refusal is believed, T7 is asked what really happened.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.domain.calendar import italian_day
from gateway.domain.deliveries import (
    AnswerNotBelieved,
    Delivery,
    DeliveryKind,
    DeliveryState,
    NoAnswer,
    OutcomeUnknown,
    PartnerMisbehaved,
    PartnerUnreachable,
    Trouble,
)
from gateway.domain.identifiers import MiurCode
from gateway.domain.messages import ExchangeResult, Operation
from gateway.domain.outcomes import Outcome
from gateway.domain.partners import Partner
from gateway.domain.rejections import Cause, Rejection, refuse
from gateway.usecases import mailing
from gateway.usecases.partner_ports import PartnerAnswer, PartnerCall, PartnerServices
from gateway.usecases.ports import OpenUnitOfWork, UnitOfWork
from gateway.usecases.posting import release_next
from gateway.usecases.transaction import transact

ALARM_PARKED = "delivery_parked"
ALARM_NOT_BELIEVED = "answer_not_believed"
NOT_SENDABLE = -1
"""Outcome code of a message that could not be sent under the partner's terms."""


Prepare = Callable[[UnitOfWork, Delivery], tuple[Delivery, PartnerCall]]
Accepted = Callable[[UnitOfWork, Delivery, PartnerAnswer, datetime], None]
Refused = Callable[[UnitOfWork, Delivery, Outcome, datetime], None]


@dataclass(frozen=True, slots=True)
class Courier:
    """What one kind of delivery does: write the call, take an acceptance, take a refusal.

    ``done`` tells from the partner's steps (T7) whether a refused repeat had arrived before; kinds
    that T7 cannot speak of have none.
    """

    operation: Operation
    prepare: Prepare
    accepted: Accepted
    refused: Refused
    done: Callable[[Delivery, PartnerAnswer], bool] | None = None
    needs_terms: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """What every attempt needs.

    ``roll`` returns a number in [0, 1) for the jitter, ``describe`` the sentence people read about
    a refusal.
    """

    open_uow: OpenUnitOfWork
    services: PartnerServices
    couriers: Mapping[DeliveryKind, Courier]
    clock: Callable[[], datetime]
    roll: Callable[[], float]
    describe: Callable[[Rejection], str]


@dataclass(frozen=True, slots=True)
class _Errand:
    """A delivery on its way: to whom, by which courier, under which journal row."""

    delivery: Delivery
    partner: Partner
    courier: Courier
    message_id: str = ""


def attempt(university: MiurCode, delivery_id: str, number: int, *, desk: Desk) -> DeliveryState:
    """Make attempt ``number`` (counted from 1) of a delivery and return where it stands then.

    An attempt that is not the next one, or whose turn has not come, does nothing.
    """
    errand = _look(university, delivery_id, number, desk)
    if isinstance(errand, _Errand) and errand.courier.needs_terms and not errand.delivery.payload:
        trouble = _refresh_terms(university, errand, desk)
        if trouble is not None:
            return _fail(university, delivery_id, "", trouble, desk)
    if isinstance(errand, _Errand):
        errand = _begin(university, delivery_id, number, desk)
    return _send(university, errand, desk) if isinstance(errand, _Errand) else errand


def load(uow: UnitOfWork, delivery_id: str) -> Delivery:
    """Return a delivery.

    Raises:
        Rejection: there is none of this identifier.
    """
    delivery = uow.deliveries.get(delivery_id)
    if delivery is None:
        raise refuse(Cause.DELIVERY_NOT_FOUND, delivery_id)
    return delivery


def _errand(
    uow: UnitOfWork, delivery_id: str, number: int, desk: Desk, now: datetime
) -> _Errand | DeliveryState:
    """Return the errand if this attempt is due: the next one, or one cut off by a crash."""
    delivery = load(uow, delivery_id)
    begun = delivery.state is DeliveryState.SENDING and delivery.attempts == number
    next_one = delivery.state is DeliveryState.WAITING and delivery.attempts == number - 1
    if not (begun or next_one) or uow.deliveries.is_blocked(delivery):
        return delivery.state
    partner = uow.partners.get(delivery.partner)
    if partner is None or not partner.active_on(italian_day(now)):
        return park(uow, delivery, Trouble.UNREACHABLE, "partner not active", now, reached=begun)
    return _Errand(delivery, partner, desk.couriers[delivery.kind])


def _look(
    university: MiurCode, delivery_id: str, number: int, desk: Desk
) -> _Errand | DeliveryState:
    return transact(
        university,
        lambda uow: _errand(uow, delivery_id, number, desk, desk.clock()),
        open_uow=desk.open_uow,
    )


def _begin(
    university: MiurCode, delivery_id: str, number: int, desk: Desk
) -> _Errand | DeliveryState:
    def begin(uow: UnitOfWork) -> _Errand | DeliveryState:
        now = desk.clock()
        errand = _errand(uow, delivery_id, number, desk, now)
        if not isinstance(errand, _Errand):
            return errand
        delivery = errand.delivery
        if not delivery.payload:
            try:
                delivery, call = errand.courier.prepare(uow, delivery)
            except Rejection as rejection:
                outcome = Outcome(NOT_SENDABLE, desk.describe(rejection))
                return _settle(uow, errand, outcome, None, now).state
            delivery = replace(delivery, payload=desk.services.write(call))
        delivery = delivery.begin(now)
        uow.deliveries.save(delivery)
        message_id = uow.journal.begin(delivery, errand.courier.operation, delivery.payload, now)
        return replace(errand, delivery=delivery, message_id=message_id)

    return transact(university, begin, open_uow=desk.open_uow)


def _send(university: MiurCode, errand: _Errand, desk: Desk) -> DeliveryState:
    message = errand.delivery.payload
    try:
        answer = desk.services.send(
            errand.partner,
            errand.delivery.side,
            errand.courier.operation,
            message,
            correlation=errand.message_id,
        )
    except (PartnerUnreachable, OutcomeUnknown, PartnerMisbehaved) as trouble:
        return _fail(university, errand.delivery.delivery_id, errand.message_id, trouble, desk)
    took_place = answer.outcome.accepted or _arrived_before(university, errand, desk)
    if took_place is None:
        doubt = OutcomeUnknown("T7")
        return _fail(
            university, errand.delivery.delivery_id, errand.message_id, doubt, desk, answer=answer
        )

    def record(uow: UnitOfWork) -> DeliveryState:
        now = desk.clock()
        delivery = load(uow, errand.delivery.delivery_id)
        if delivery.is_open:
            current = replace(errand, delivery=delivery)
            taken = answer if took_place else None
            delivery = _settle(uow, current, answer.outcome, taken, now)
        _end_journal(uow, errand.message_id, errand.partner.code, answer, now)
        if errand.partner.outbound.answer_signers:
            uow.alarms.clear(ALARM_NOT_BELIEVED, errand.partner.code, now)
        return delivery.state

    return transact(university, record, open_uow=desk.open_uow)


def _end_journal(
    uow: UnitOfWork,
    message_id: str,
    partner: MiurCode,
    answer: PartnerAnswer | Exception,
    now: datetime,
) -> None:
    """Note how a message that left has ended; an answer that is not believed alarms somebody."""
    if isinstance(answer, AnswerNotBelieved):
        uow.alarms.raise_(ALARM_NOT_BELIEVED, partner, str(answer), now)
    if isinstance(answer, PartnerAnswer):
        code, content = answer.outcome.code, answer.content
        result = ExchangeResult.ACCEPTED if answer.outcome.accepted else ExchangeResult.REFUSED
    else:
        code, content = -1, b""
        result, _ = TROUBLES[type(answer)]
    uow.journal.end(message_id, result=result, code=code, answer=content, now=now)


def _settle(
    uow: UnitOfWork,
    errand: _Errand,
    outcome: Outcome,
    taken: PartnerAnswer | None,
    now: datetime,
) -> Delivery:
    """Close a delivery: ``taken`` is the partner's acceptance, ``None`` a refusal."""
    if taken is not None:
        delivery = errand.delivery.delivered()
        errand.courier.accepted(uow, delivery, taken, now)
    else:
        delivery = errand.delivery.refused(outcome)
        errand.courier.refused(uow, delivery, outcome, now)
    uow.deliveries.save(delivery)
    uow.alarms.clear(ALARM_PARKED, delivery.delivery_id, now)
    release_next(delivery, uow=uow)
    return delivery


def _arrived_before(university: MiurCode, errand: _Errand, desk: Desk) -> bool | None:
    """Ask T7 whether a message whose repeat is refused had arrived the first time.

    Returns ``None`` when the question itself got no answer: then the refusal is not believed yet.
    """
    done = errand.courier.done
    if done is None or not errand.delivery.reached:
        return False
    call = PartnerCall(
        operation=Operation.GET_STATUS, caller=university, id_pratica=errand.delivery.id_pratica
    )
    answer = ask(university, errand.delivery, errand.partner, call, desk)
    if isinstance(answer, PartnerAnswer):
        return answer.outcome.accepted and done(errand.delivery, answer)
    return False if isinstance(answer, PartnerMisbehaved) else None


def ask(
    university: MiurCode, delivery: Delivery, partner: Partner, call: PartnerCall, desk: Desk
) -> PartnerAnswer | Exception:
    """Make a call that asks only (T2, T7), journalled like any other.

    ``delivery`` is the one it is made for, or says what the journal wants to know. Returns the
    answer, or the trouble there was: one of ``TROUBLES``.
    """
    request = desk.services.write(call)
    message_id = transact(
        university,
        lambda uow: uow.journal.begin(delivery, call.operation, request, desk.clock()),
        open_uow=desk.open_uow,
    )
    answer: PartnerAnswer | Exception
    try:
        answer = desk.services.send(
            partner, delivery.side, call.operation, request, correlation=message_id
        )
    except (PartnerUnreachable, OutcomeUnknown, PartnerMisbehaved) as trouble:
        answer = trouble
    transact(
        university,
        lambda uow: _end_journal(uow, message_id, partner.code, answer, desk.clock()),
        open_uow=desk.open_uow,
    )
    return answer


def _refresh_terms(university: MiurCode, errand: _Errand, desk: Desk) -> Exception | None:
    """T2 before the first T3: what the destination demands today."""
    call = PartnerCall(operation=Operation.GET_INFO_WORKFLOW, caller=university)
    answer = ask(university, errand.delivery, errand.partner, call, desk)
    if isinstance(answer, PartnerMisbehaved):
        return answer
    if not isinstance(answer, PartnerAnswer):  # a read: whatever became of it, nothing has left
        wait = answer.wait if isinstance(answer, NoAnswer) else None
        return PartnerUnreachable(str(answer), wait)
    terms = answer.terms
    if not answer.outcome.accepted or terms is None:
        return PartnerMisbehaved(f"T2: {answer.outcome.code}")  # its words stand in the journal
    transact(
        university,
        lambda uow: uow.partners.keep_terms(errand.partner.code, terms, desk.clock()),
        open_uow=desk.open_uow,
    )
    return None


TROUBLES: dict[type[Exception], tuple[ExchangeResult, Trouble]] = {
    PartnerUnreachable: (ExchangeResult.UNREACHABLE, Trouble.UNREACHABLE),
    OutcomeUnknown: (ExchangeResult.UNKNOWN, Trouble.UNKNOWN),
    AnswerNotBelieved: (ExchangeResult.UNKNOWN, Trouble.UNKNOWN),
    PartnerMisbehaved: (ExchangeResult.MISBEHAVED, Trouble.MISBEHAVED),
}
"""What the journal and a delivery note when a partner gave no answer of the protocol."""


def _fail(
    university: MiurCode,
    delivery_id: str,
    message_id: str,
    trouble: Exception,
    desk: Desk,
    *,
    answer: PartnerAnswer | None = None,
) -> DeliveryState:
    """Record a failed attempt; ``answer`` is one that came all the same and is not believed."""

    def record(uow: UnitOfWork) -> DeliveryState:
        now = desk.clock()
        delivery = load(uow, delivery_id)
        if message_id:
            _end_journal(uow, message_id, delivery.partner, answer or trouble, now)
        if not delivery.is_open:  # somebody closed it meanwhile
            return delivery.state
        if not message_id:
            delivery = delivery.begin(now)  # the terms could not be had: that was the attempt
        _, kind = TROUBLES[type(trouble)]
        if kind is Trouble.MISBEHAVED:
            return park(uow, delivery, kind, str(trouble), now, reached=bool(message_id))
        failed = delivery.failed(
            kind,
            str(trouble),
            now=now,
            policy=uow.retry,
            roll=desk.roll(),
            wait=trouble.wait if isinstance(trouble, NoAnswer) else None,
        )
        if failed.state is DeliveryState.PARKED:
            return park(uow, failed, failed.trouble, failed.detail, now)
        uow.deliveries.save(failed)
        uow.jobs.deliver(failed, failed.attempts + 1, (failed.next_at or now) - now)
        return failed.state

    return transact(university, record, open_uow=desk.open_uow)


def park(
    uow: UnitOfWork,
    delivery: Delivery,
    trouble: Trouble,
    detail: str,
    now: datetime,
    *,
    reached: bool = False,
) -> DeliveryState:
    """Leave a delivery to a human, with an alarm, and return its state.

    ``reached`` tells that the message may have arrived.
    """
    parked = delivery.parked(trouble, detail, reached=reached)
    uow.deliveries.save(parked)
    uow.alarms.raise_(ALARM_PARKED, parked.delivery_id, f"{trouble}: {detail}", now)
    mailing.tell_parked(parked, uow=uow, now=now)
    return parked.state
