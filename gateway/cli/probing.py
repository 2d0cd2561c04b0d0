"""Calling a partner to see whether it answers (T2), and keeping the terms it answers with."""

from collections.abc import Mapping

from gateway.cli.context import Session
from gateway.cli.language import LANGUAGE
from gateway.domain.deliveries import (
    OutcomeUnknown,
    PartnerMisbehaved,
    PartnerUnreachable,
    Side,
    Trouble,
)
from gateway.domain.messages import Operation
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
    call = PartnerCall(operation=Operation.GET_INFO_WORKFLOW, caller=hosted.code)
    services = work.installation.partners
    try:
        answer = services.send(partner, Side.ORIGIN, call.operation, services.write(call))
    except (PartnerUnreachable, OutcomeUnknown, PartnerMisbehaved) as trouble:
        kind, detail = _TROUBLES[type(trouble)].value, str(trouble)
        as_json = work.output.as_json
        return False, f"{kind}: {detail}" if as_json else in_words(kind, detail, LANGUAGE)
    _learn(work, hosted, partner, answer)
    return answer.outcome.accepted, f"{answer.outcome.code}: {answer.outcome.description}"


def _learn(work: Session, hosted: University, partner: Partner, answer: PartnerAnswer) -> None:
    """Keep the terms that a partner answered with: preflight holds a foglio against them."""
    if answer.outcome.accepted and answer.terms is not None:
        with work.installation.store.open_uow(hosted.code) as uow:
            uow.partners.keep_terms(partner.code, answer.terms, work.installation.clock())
            uow.commit()
