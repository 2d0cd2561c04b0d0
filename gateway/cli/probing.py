"""Calling a partner to see whether it answers (T2), and keeping the terms it answers with."""

from collections.abc import Mapping
from datetime import datetime

from gateway.cli.context import Session
from gateway.cli.language import LANGUAGE
from gateway.domain.deliveries import (
    Delivery,
    DeliveryKind,
    OutcomeUnknown,
    PartnerMisbehaved,
    PartnerUnreachable,
    Side,
    Trouble,
)
from gateway.domain.messages import ExchangeResult, Operation
from gateway.domain.partners import Partner, University
from gateway.texts.machine import trouble as in_words
from gateway.usecases.ports import PartnerAnswer, PartnerCall

_TROUBLES: Mapping[type[Exception], Trouble] = {
    PartnerUnreachable: Trouble.UNREACHABLE,
    OutcomeUnknown: Trouble.UNKNOWN,
    PartnerMisbehaved: Trouble.MISBEHAVED,
}


def probe(work: Session, hosted: University, partner: Partner) -> tuple[bool, str]:
    """Return whether a partner answers T2, and what it said; its terms are kept."""
    try:
        answer = _ask(work, hosted, partner)
    except (PartnerUnreachable, OutcomeUnknown, PartnerMisbehaved) as trouble:
        kind, detail = _TROUBLES[type(trouble)].value, str(trouble)
        as_json = work.output.as_json
        return False, f"{kind}: {detail}" if as_json else in_words(kind, detail, LANGUAGE)
    _learn(work, hosted, partner, answer)
    return answer.outcome.accepted, f"{answer.outcome.code}: {answer.outcome.description}"


def _ask(work: Session, hosted: University, partner: Partner) -> PartnerAnswer:
    """Call T2; the journal has the question before it leaves, and how it ended."""
    call = PartnerCall(operation=Operation.GET_INFO_WORKFLOW, caller=hosted.code)
    services, clock = work.installation.partners, work.installation.clock
    request = services.write(call)
    with work.installation.store.open_uow(hosted.code) as uow:
        message_id = uow.journal.begin(
            _errand(hosted, partner, clock()), call.operation, request, clock()
        )
        uow.commit()
    result, code, content = ExchangeResult.UNREACHABLE, -1, b""
    try:
        answer = services.send(partner, Side.ORIGIN, call.operation, request)
        accepted = answer.outcome.accepted
        result = ExchangeResult.ACCEPTED if accepted else ExchangeResult.REFUSED
        code, content = answer.outcome.code, answer.content
    except (OutcomeUnknown, PartnerMisbehaved) as trouble:
        unknown = isinstance(trouble, OutcomeUnknown)
        result = ExchangeResult.UNKNOWN if unknown else ExchangeResult.MISBEHAVED
        raise
    finally:
        with work.installation.store.open_uow(hosted.code) as uow:
            uow.journal.end(message_id, result=result, code=code, answer=content, now=clock())
            uow.commit()
    return answer


def _errand(hosted: University, partner: Partner, now: datetime) -> Delivery:
    """Return what the journal wants to know of a call that no delivery makes."""
    return Delivery(
        delivery_id="",
        university=hosted.code,
        partner=partner.code,
        kind=DeliveryKind.OFFER,
        side=Side.ORIGIN,
        created_at=now,
        changed_at=now,
        expires_at=now,
    )


def _learn(work: Session, hosted: University, partner: Partner, answer: PartnerAnswer) -> None:
    """Keep the terms that a partner answered with: preflight holds a foglio against them."""
    if answer.outcome.accepted and answer.terms is not None:
        with work.installation.store.open_uow(hosted.code) as uow:
            uow.partners.keep_terms(partner.code, answer.terms, work.installation.clock())
            uow.commit()
