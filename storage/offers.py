"""Offers: what the hosted universities publish, what partners were last seen to offer."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from gateway.domain.identifiers import CodiceFiscale, MiurCode
from gateway.domain.offers import Course, Offer
from storage.context import Context, aware
from storage.tables import admissions, cached_offers, courses, offers

_COURSE = (
    sa.select(offers.c.id, courses.c.course)
    .select_from(
        offers.outerjoin(
            courses,
            sa.and_(
                courses.c.university == offers.c.university,
                courses.c.year == offers.c.year,
                courses.c.code == sa.bindparam("c"),
            ),
        )
    )
    .where(offers.c.university == sa.bindparam("u"), offers.c.year == sa.bindparam("y"))
)


def course_to_json(course: Course) -> dict[str, object]:
    """Return a course as columns and files keep one."""
    return {
        **asdict(course),
        "deadline": course.deadline.isoformat() if course.deadline else None,
    }


def course_from_json(data: dict[str, Any]) -> Course:
    """Return the course a column keeps."""
    deadline = data["deadline"]
    return Course(**{**data, "deadline": date.fromisoformat(deadline) if deadline else None})


class OfferRows:
    """Implements ``Offers``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def publish(self, offer: Offer) -> int:
        """Publish the offer of a year in place of the one before; return the number of courses."""
        mine = {"university": self._c.university.code, "year": offer.year}
        for table in (courses, offers):
            self._c.connection.execute(
                sa.delete(table).where(*(table.c[name] == value for name, value in mine.items()))
            )
        at = offer.fetched_at or datetime.now(UTC)
        self._c.connection.execute(sa.insert(offers).values(**mine, published_at=at))
        rows = [
            {**mine, "position": position, "code": course.code, "course": course_to_json(course)}
            for position, course in enumerate(offer.courses)
        ]
        if rows:
            self._c.connection.execute(sa.insert(courses), rows)
        return len(rows)

    def published(self, year: int) -> Offer | None:
        """Return the offer published for a year."""
        mine = self._c.university.code
        at = self._c.connection.execute(
            sa.select(offers.c.published_at).where(
                offers.c.university == mine, offers.c.year == year
            )
        ).scalar_one_or_none()
        if at is None:
            return None
        rows = self._c.connection.execute(
            sa.select(courses.c.course)
            .where(courses.c.university == mine, courses.c.year == year)
            .order_by(courses.c.position)
        ).scalars()
        return Offer(year, tuple(course_from_json(data) for data in rows), at)

    def course(self, year: int, code: str) -> tuple[bool, Course | None]:
        """Return whether an offer is published for ``year``, and the course if it is in it."""
        row = self._c.connection.execute(
            _COURSE, {"u": self._c.university.code, "y": year, "c": code}
        ).one_or_none()
        if row is None:
            return False, None
        return True, course_from_json(row.course) if row.course is not None else None

    def keep_cached(self, partner: MiurCode, offer: Offer) -> None:
        """Keep what a partner offers in a year."""
        where = [
            cached_offers.c.university == self._c.university.code,
            cached_offers.c.partner == partner,
            cached_offers.c.year == offer.year,
        ]
        self._c.connection.execute(sa.delete(cached_offers).where(*where))
        self._c.connection.execute(
            sa.insert(cached_offers).values(
                university=self._c.university.code,
                partner=partner,
                year=offer.year,
                fetched_at=aware(offer.fetched_at),
                courses=[course_to_json(course) for course in offer.courses],
            )
        )

    def cached(self, partner: MiurCode, year: int) -> Offer | None:
        """Return what a partner was last seen to offer."""
        row = self._c.connection.execute(
            sa.select(cached_offers).where(
                cached_offers.c.university == self._c.university.code,
                cached_offers.c.partner == partner,
                cached_offers.c.year == year,
            )
        ).one_or_none()
        if row is None:
            return None
        found = tuple(course_from_json(data) for data in row.courses)
        return Offer(year, found, aware(row.fetched_at))

    def admit(self, course: str, year: int, passed: Iterable[CodiceFiscale]) -> int:
        """Note who has passed the entrance test of a course; return how many are new."""
        mine = {"university": self._c.university.code, "course": course, "year": year}
        known = set(
            self._c.connection.execute(
                sa.select(admissions.c.student_index).where(
                    *(admissions.c[name] == value for name, value in mine.items())
                )
            ).scalars()
        )
        new = {self._c.cipher.index(code) for code in passed} - known
        if new:
            self._c.connection.execute(
                sa.insert(admissions), [{**mine, "student_index": index} for index in sorted(new)]
            )
        return len(new)

    def is_admitted(self, course: str, year: int, student: CodiceFiscale) -> bool:
        """Tell whether a student has passed the entrance test of a course."""
        found = self._c.connection.execute(
            sa.select(admissions.c.id).where(
                admissions.c.university == self._c.university.code,
                admissions.c.course == course,
                admissions.c.year == year,
                admissions.c.student_index == self._c.cipher.index(student),
            )
        ).first()
        return found is not None
