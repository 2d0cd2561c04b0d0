"""Mail: planned in the commit of its cause, sent by a durable job, told once under one identifier.

An attempt is three pieces, like a delivery's: note that it begins, hand the mail over with no
transaction open, note how that ended. A crash in between sends the same mail under the same
Message-ID again, which mail programs show once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.domain.calendar import italian_day
from gateway.domain.deliveries import Delivery, Side
from gateway.domain.destination import IncomingTransfer
from gateway.domain.identifiers import CodiceFiscale, MiurCode
from gateway.domain.mails import (
    FOR_OFFICES,
    NOBODY,
    NOTHING,
    OPTIONAL,
    TELLS,
    Mail,
    MailDelayed,
    MailKind,
    MailRefused,
    MailSettings,
    MailState,
    usable,
)
from gateway.domain.origin import OutgoingTransfer
from gateway.domain.rejections import Cause, refuse
from gateway.usecases.mail_ports import Letter, Postman
from gateway.usecases.ports import OpenUnitOfWork, PracticeKey, UnitOfWork
from gateway.usecases.transaction import transact

ALARM_MAIL = "mail_not_sent"
TERM = timedelta(days=3)
"""How long a mail is tried: later it would only confuse."""
FORGOTTEN_AFTER = timedelta(minutes=10)
BATCH = 500


@dataclass(frozen=True, slots=True)
class MailDesk:
    """What every attempt needs.

    ``language_of`` returns the language a student chose; ``leave`` the address at which the holder
    of a code chooses what not to get.
    """

    open_uow: OpenUnitOfWork
    postman: Postman
    clock: Callable[[], datetime]
    roll: Callable[[], float]
    language_of: Callable[[MiurCode, CodiceFiscale], str]
    leave: Callable[[MiurCode, str], str]


def tell(transfer: OutgoingTransfer | IncomingTransfer, *, uow: UnitOfWork, now: datetime) -> None:
    """Tell the student what has just happened to a practice, where a rule says so.

    ``transfer`` is the practice as it is about to be saved: its history is what happened.
    """
    if isinstance(transfer, OutgoingTransfer):
        key = PracticeKey(Side.ORIGIN, transfer.destination, transfer.id_pratica)
    else:
        key = PracticeKey(Side.DESTINATION, transfer.origin, transfer.id_pratica)
    kinds = [TELLS.get((key.side, entry.event)) for entry in transfer.history]
    told = [kind for kind in kinds if kind is not None]
    if MailKind.TOKEN_ARRIVED in told:  # it says that the request has arrived, too
        told = [kind for kind in told if kind is not MailKind.REQUEST_SENT]
    address = _address(transfer, uow)
    if not told or not usable(address):
        return
    settings = uow.mails.settings()
    if not settings.sends:
        return
    choice = uow.mails.choice(address, transfer.student.codice_fiscale)
    for kind in told:
        if kind not in choice.off:
            _put(kind, address, settings, key, uow=uow, now=now)


def _address(transfer: OutgoingTransfer | IncomingTransfer, uow: UnitOfWork) -> str:
    """Return where a student reads: what they said when they enrolled, else what the foglio says.

    The foglio's is often a mailbox of the university that they leave.
    """
    if isinstance(transfer, IncomingTransfer):
        record = uow.enrolments.get(transfer.origin, transfer.id_pratica)
        if record is not None and record.values.get("Email"):
            return record.values["Email"].strip()
    return transfer.student.email.strip()


def tell_parked(delivery: Delivery, *, uow: UnitOfWork, now: datetime) -> None:
    """Tell the offices that a delivery waits for a human."""
    key = PracticeKey(delivery.side, delivery.partner, delivery.id_pratica or NOTHING)
    about = f"{delivery.delivery_id}-{delivery.attempts}"
    _tell_offices(MailKind.DELIVERY_PARKED, key, about, uow=uow, now=now)


def digest(*, uow: UnitOfWork, now: datetime) -> int:
    """Tell the offices once a day what waits for them; return how many mails that makes."""
    if not any(uow.mails.waiting().values()):
        return 0
    day = f"{uow.university.code}-{italian_day(now):%Y%m%d}"
    return _tell_offices(MailKind.DIGEST, _NONE, day, uow=uow, now=now)


_NONE = PracticeKey(Side.ORIGIN, NOBODY, NOTHING)


def _tell_offices(
    kind: MailKind, key: PracticeKey, about: str, *, uow: UnitOfWork, now: datetime
) -> int:
    """Put a mail to each office in line, unless the same one was; return how many."""
    settings = uow.mails.settings()
    if not settings.sends:
        return 0
    told = 0
    for number, address in enumerate(settings.offices):
        mail_id = f"{kind.value}-{about}-{number}"
        known = uow.mails.get(mail_id) is not None
        if not known and usable(address) and kind not in uow.mails.choice(address).off:
            _put(kind, address, settings, key, mail_id=mail_id, uow=uow, now=now)
            told += 1
    return told


def _put(
    kind: MailKind,
    address: str,
    settings: MailSettings,
    key: PracticeKey,
    *,
    uow: UnitOfWork,
    now: datetime,
    mail_id: str = "",
) -> None:
    """Keep a mail, with its job."""
    number = uow.mails.new_id()
    mail = Mail(
        mail_id=mail_id or number,
        message_id=f"<{number}@{settings.sender.rpartition('@')[2]}>",
        kind=kind,
        recipient=address,
        created_at=now,
        changed_at=now,
        expires_at=now + TERM,
        next_at=now,
        side=key.side if key.id_pratica else None,
        partner=key.partner,
        id_pratica=key.id_pratica,
    )
    uow.mails.add(mail)
    uow.jobs.mail(mail, 1, timedelta(0))


def attempt(university: MiurCode, mail_id: str, number: int, *, desk: MailDesk) -> MailState:
    """Make attempt ``number`` (from 1) of a mail and return where it stands then.

    An attempt that is not the next one does nothing.
    """
    letter = transact(
        university, lambda uow: _begin(uow, mail_id, number, desk), open_uow=desk.open_uow
    )
    if not isinstance(letter, Letter):
        return letter
    trouble: MailDelayed | MailRefused | None = None
    try:
        desk.postman.send(letter)
    except (MailDelayed, MailRefused) as error:
        trouble = error
    return transact(
        university, lambda uow: _record(uow, mail_id, number, trouble, desk), open_uow=desk.open_uow
    )


def load(uow: UnitOfWork, mail_id: str) -> Mail:
    """Return a mail.

    Raises:
        Rejection: there is none of this identifier.
    """
    mail = uow.mails.get(mail_id)
    if mail is None:
        raise refuse(Cause.DELIVERY_NOT_FOUND, mail_id)
    return mail


def _begin(uow: UnitOfWork, mail_id: str, number: int, desk: MailDesk) -> Letter | MailState:
    """Note the attempt and return what to send, if this attempt is due and still wanted."""
    mail = load(uow, mail_id)
    if not mail.is_turn(number):
        return mail.state
    settings = uow.mails.settings()
    student = _student_of(mail, uow)
    choice = uow.mails.choice(mail.recipient, student)
    if not settings.sends or mail.kind in choice.off:
        ended = mail.ended(MailState.GIVEN_UP, desk.clock(), "switched off")
        uow.mails.save(ended)
        return ended.state
    begun = mail.begin(desk.clock())
    uow.mails.save(begun)
    code = uow.university.code
    return Letter(
        mail=begun,
        university=uow.university,
        sender=settings.sender,
        language=desk.language_of(code, student) if student else "it",
        leave=desk.leave(code, choice.code) if mail.kind in OPTIONAL else "",
        waiting=uow.mails.waiting() if mail.kind is MailKind.DIGEST else {},
    )


def _student_of(mail: Mail, uow: UnitOfWork) -> CodiceFiscale | None:
    """Return the student a mail is for, if it is for one and the practice is still known."""
    if mail.kind in FOR_OFFICES:
        return None
    transfer: OutgoingTransfer | IncomingTransfer | None
    if mail.side is Side.ORIGIN:
        transfer = uow.outgoing.get(mail.id_pratica)
    else:
        transfer = uow.incoming.get(mail.partner, mail.id_pratica)
    return transfer.student.codice_fiscale if transfer else None


def _record(
    uow: UnitOfWork,
    mail_id: str,
    number: int,
    trouble: MailDelayed | MailRefused | None,
    desk: MailDesk,
) -> MailState:
    """Note how an attempt ended; what is delayed gets its next attempt."""
    mail, now = load(uow, mail_id), desk.clock()
    if not (mail.state is MailState.SENDING and mail.attempts == number):
        return mail.state  # somebody else was faster
    if trouble is None:
        ended = mail.ended(MailState.SENT, now)
    elif isinstance(trouble, MailRefused):
        ended = mail.ended(MailState.REFUSED, now, str(trouble))
    else:
        ended = mail.delayed(str(trouble), now=now, policy=uow.retry, roll=desk.roll())
    uow.mails.save(ended)
    if ended.state is MailState.WAITING:
        uow.jobs.mail(ended, ended.attempts + 1, (ended.next_at or now) - now)
    elif ended.state is not MailState.SENT:
        subject = f"{mail.id_pratica} {mail.kind}".strip()
        uow.alarms.raise_(ALARM_MAIL, subject, ended.trouble, now)
    return ended.state


def revive(*, uow: UnitOfWork, now: datetime) -> int:
    """Put mails in line again whose job was lost, however that came about; return how many."""
    forgotten = uow.mails.forgotten(now - FORGOTTEN_AFTER, BATCH)
    for mail in forgotten:
        if mail.expires_at < now:
            uow.mails.save(mail.ended(MailState.GIVEN_UP, now, "forgotten"))
            continue
        again = mail.revived(now)
        uow.mails.save(again)
        uow.jobs.mail(again, again.attempts + 1, timedelta(0))
    return len(forgotten)


def leave_all(code: str, *, uow: UnitOfWork) -> None:
    """Switch off everything that the holder of a code may switch off.

    Raises:
        Rejection: nobody has this code.
    """
    choose(code, OPTIONAL, uow=uow)


def choose(code: str, off: frozenset[MailKind], *, uow: UnitOfWork) -> None:
    """Keep what the holder of a code does not want to get.

    Raises:
        Rejection: nobody has this code.
    """
    known = uow.mails.by_code(code)
    if known is None:
        raise refuse(Cause.PARAMETER_INVALID, "code", why="mail_code")
    uow.mails.choose(known.without(off))
