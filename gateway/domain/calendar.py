"""Days and years as the law counts them: by Italian time, whatever the clock's zone."""

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

ITALY = ZoneInfo("Europe/Rome")

_FIRST_MONTH = 7
"""Requests made from July on are for the academic year that is about to begin."""

_ITALIAN = re.compile(r"(\d{2})/?(\d{2})/?(\d{4})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?.*")


def italian_day(now: datetime) -> date:
    """Return the calendar day in Italy at ``now`` (aware)."""
    return now.astimezone(ITALY).date()


def transfer_year(day: date) -> int:
    """Return the academic year (first of the two) that transfers asked for on ``day`` are about."""
    return day.year if day.month >= _FIRST_MONTH else day.year - 1


def parse_moment(text: str) -> datetime | None:
    """Return an Italian (or ISO) day, with or without an hour; ``None`` if it is none."""
    if match := _ITALIAN.fullmatch(text):
        day, month, year, *clock = match.groups()
    elif match := _ISO.fullmatch(text):
        year, month, day, *clock = match.groups()
    else:
        return None
    try:
        found = date(int(year), int(month), int(day))
        hour = time(int(clock[0] or 0), int(clock[1] or 0), int(clock[2] or 0))
    except ValueError:
        return None
    return datetime.combine(found, hour, ITALY)
