"""Moments in security headers, and how far from the present they may be."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lxml import etree

from gateway.wsse.headers import one, text
from gateway.wsse.names import WSU
from gateway.wsse.refusals import Flaw, Refused

TIMESTAMP = f"{{{WSU}}}Timestamp"
CREATED, EXPIRES = f"{{{WSU}}}Created", f"{{{WSU}}}Expires"
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Window:
    """How long a message is fresh, and how far the sender's clock may be ahead of ours."""

    fresh: timedelta = timedelta(minutes=5)
    ahead: timedelta = timedelta(seconds=60)

    def check(self, created: datetime, now: datetime) -> None:
        """Raise ``Refused`` for a moment that is stale or in the future."""
        if created > now + self.ahead:
            raise Refused(Flaw.TIME_FUTURE)
        if created <= now - self.fresh:
            raise Refused(Flaw.TIME_STALE)

    def remembered_until(self, created: datetime) -> datetime:
        """Return until when a copy could still be taken for fresh, by any clock of ours."""
        return created + self.fresh + 2 * self.ahead


def parse_moment(written: str) -> datetime:
    """Return the moment an ``xsd:dateTime`` with a time zone names.

    Raises:
        Refused: it is none.
    """
    match = _MOMENT.fullmatch(written)
    if match is None:
        raise Refused(Flaw.TIME_UNREADABLE)
    day, fraction, zone = match.groups()
    try:
        return datetime.fromisoformat(
            f"{day}.{(fraction or '0')[:6]:0<6}{'+00:00' if zone == 'Z' else zone}"
        ).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Refused(Flaw.TIME_UNREADABLE) from error


def write_moment(moment: datetime) -> str:
    """Return a moment as headers carry it: UTC with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def check_timestamp(timestamp: etree._Element, now: datetime, window: Window) -> datetime:
    """Return when a message was created; ``Expires``, if told, is honoured to the letter.

    Raises:
        Refused: not readable, stale, in the future or expired.
    """
    created = parse_moment(text(one(timestamp, CREATED, Flaw.TIME_UNREADABLE)))
    window.check(created, now)
    if timestamp.find(EXPIRES) is not None:
        expires = parse_moment(text(one(timestamp, EXPIRES, Flaw.TIME_UNREADABLE)))
        if expires <= now or expires <= created:
            raise Refused(Flaw.TIME_EXPIRED)
    return created
