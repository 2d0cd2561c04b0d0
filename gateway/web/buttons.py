"""Which acts are open now: what the life cycle allows, to whom, and what stands in the way.

The life cycle says which events lead on from a state and who may cause them; the aggregate itself
is then asked, without being saved, whether it would go along; last come the things an aggregate
does not know: checks, the foglio, the partner, a delivery under way. What is refused is told in the
place of the button, so that no button there is would be refused.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gateway.domain.accounts import PARTIES, Role
from gateway.domain.deliveries import Delivery, DeliveryKind, DeliveryState, Side
from gateway.domain.destination import DESTINATION, DestinationEvent, IncomingTransfer
from gateway.domain.lifecycle import Actor, Party
from gateway.domain.origin import ORIGIN, OriginEvent, OutgoingTransfer
from gateway.domain.rejections import Cause, Reason, Rejection
from gateway.domain.tokens import Token
from gateway.usecases import origin
from gateway.usecases.four_eyes import Transfer, key_of
from gateway.usecases.ports import FoglioDocuments, UnitOfWork
from gateway.web.access import opened_by
from gateway.web.acts import ACTS, Act, Event

_O, _D = OriginEvent, DestinationEvent
_STUDENT = frozenset({Party.STUDENT})
_NOBODY: frozenset[Party] = frozenset()
_TRIAL = Token("PROVA")

Trial = Callable[[Any, Actor, datetime], object]
_TRIALS: dict[OriginEvent | DestinationEvent, Trial] = {
    _O.EDIT: lambda t, who, now: t.edit(t.foglio, t.sections, actor=who, now=now, why=""),
    _O.CONFIRM: lambda t, who, now: t.confirm("", actor=who, now=now),
    _O.DISCARD: lambda t, who, now: t.drop("", actor=who, now=now),
    _O.PROCESS: lambda t, who, now: t.process(actor=who, now=now),
    _O.WITHDRAW: lambda t, who, now: t.drop("", actor=who, now=now),
    _O.AUTHORISE_SENDING: lambda t, who, now: t.authorise_sending("", actor=who, now=now),
    _O.RECALL: lambda t, who, now: t.recall("", actor=who, now=now),
    _O.AUTHORISE_DATA: lambda t, who, now: t.authorise_data("", "", actor=who, now=now),
    _O.ASK_CANCELLATION: lambda t, who, now: t.ask_cancellation("", actor=who, now=now),
    _D.ASSIGN_TOKEN: lambda t, who, now: t.assign_token(_TRIAL, actor=who, now=now),
    _D.ASK_REVISION: lambda t, who, now: t.ask_revision("", "", actor=who, now=now),
    _D.AUTHORISE_ENROLMENT: lambda t, who, now: t.authorise_enrolment(actor=who, now=now),
    _D.ENROL: lambda t, who, now: t.enrol("", "", actor=who, now=now),
    _D.RECONCILE: lambda t, who, now: t.reconcile("", "", why="", actor=who, now=now),
    _D.AUTHORISE_EVALUATION: lambda t, who, now: t.authorise_evaluation(actor=who, now=now),
    _D.REPORT_ANOMALY: lambda t, who, now: t.report_anomaly("", actor=who, now=now),
    _D.DECIDE: lambda t, who, now: t.decide("", actor=who, now=now),
    _D.COMPLETE: lambda t, who, now: t.complete("", "", actor=who, now=now),
    _D.REFUSE: lambda t, who, now: t.refuse("", "", actor=who, now=now),
    _D.CANCEL: lambda t, who, now: t.cancel("", actor=who, now=now),
}
"""What an act does to the aggregate; the outcome is thrown away."""


@dataclass(frozen=True, slots=True)
class Button:
    """An act that the life cycle allows now, and what stands in its way, if anything does."""

    act: Act
    obstacles: tuple[Reason, ...] = ()


def parties_of(roles: Collection[Role]) -> set[Party]:
    """Return as whom somebody with these roles acts."""
    return {PARTIES[role] for role in roles if role in PARTIES}


def is_theirs(act: Act, state: str, roles: Collection[Role]) -> bool:
    """Tell whether the life cycle lets somebody with these roles do an act in a state."""
    return bool(_open_to(act.side, state).get(act.event, _NOBODY) & parties_of(roles))


def _open_to(side: Side, state: str) -> Mapping[Event, frozenset[Party]]:
    """Return the events that lead on from a state, each with who may cause it."""
    rows = (ORIGIN if side is Side.ORIGIN else DESTINATION).transitions
    return {row.event: row.by for row in rows if row.source == state}


def acts_from(transfer: Transfer, roles: Collection[Role]) -> list[Act]:
    """Return the acts that the life cycle allows in the present state to somebody's roles.

    An act with a page of its own is one only for those whom the page lets in.
    """
    parties = parties_of(roles)
    side = Side.ORIGIN if isinstance(transfer, OutgoingTransfer) else Side.DESTINATION
    by = _open_to(side, transfer.state)
    found = [
        replace(act, page=act.student_page) if mine == _STUDENT and act.student_page else act
        for act in ACTS.values()
        if act.side is side
        and (mine := by.get(act.event, _NOBODY) & parties)
        and not _done(transfer, act)
    ]
    return [act for act in found if not act.page or opened_by(act.page, roles)]


def _done(transfer: Transfer, act: Act) -> bool:
    """Tell whether there is nothing left to do: a token is assigned once."""
    return act.event is _D.ASSIGN_TOKEN and transfer.token is not None


@dataclass(frozen=True, slots=True)
class Desk:
    """What it takes to judge acts: the store, the documents, the moment."""

    uow: UnitOfWork
    documents: FoglioDocuments
    now: datetime


def buttons(transfer: Transfer, roles: Collection[Role], desk: Desk) -> list[Button]:
    """Return the acts open to somebody now, each with what stands in its way."""
    return [
        Button(
            act,
            tuple(_refusals(act, transfer, roles, desk.now) or _outside(act, transfer, desk)),
        )
        for act in acts_from(transfer, roles)
    ]


def _refusals(
    act: Act, transfer: Transfer, roles: Collection[Role], now: datetime
) -> Sequence[Reason]:
    """Return why the aggregate itself would refuse an act."""
    by = _open_to(act.side, transfer.state)
    party = next(iter(parties_of(roles) & by[act.event]))
    try:
        _TRIALS[act.event](transfer, Actor(party, ""), now)
    except Rejection as rejection:
        return rejection.reasons
    return ()


def _outside(act: Act, transfer: Transfer, desk: Desk) -> Sequence[Reason]:
    """Return what stands in the way of an act beyond the aggregate."""
    if isinstance(transfer, IncomingTransfer):
        return ()
    needs = {"uow": desk.uow, "documents": desk.documents, "now": desk.now}
    try:
        if act.event is _O.AUTHORISE_SENDING:
            return origin.sending_obstacles(transfer, **needs)  # type: ignore[arg-type]
        if act.event is _O.AUTHORISE_DATA:
            return origin.data_obstacles(transfer, **needs)  # type: ignore[arg-type]
    except Rejection as rejection:  # the draft is not kept any more
        return rejection.reasons
    if act.event is _O.RECALL and first_sending(transfer, uow=desk.uow) is None:
        return [Reason(Cause.DELIVERY_NOT_STOPPABLE)]
    return ()


def _under_way(transfer: Transfer, uow: UnitOfWork) -> list[Delivery]:
    key = key_of(transfer)
    every = uow.deliveries.of_practice(key.partner, key.id_pratica)
    return [item for item in every if item.is_open and item.side is key.side]


def stoppable(under_way: Sequence[Delivery]) -> Delivery | None:
    """Return the first sending if it may still be taken back: nothing of it has left."""
    return next(
        (
            item
            for item in under_way
            if item.kind is DeliveryKind.FOGLIO
            and not item.reached
            and item.state is not DeliveryState.SENDING
        ),
        None,
    )


def first_sending(transfer: Transfer, *, uow: UnitOfWork) -> Delivery | None:
    """Return the first sending of a request if it may still be taken back."""
    return stoppable(_under_way(transfer, uow))
