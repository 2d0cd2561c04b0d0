"""Partners of a hosted university, and the hosted universities themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.domain.identifiers import MiurCode
from gateway.domain.partners import (
    AdmissionPolicy,
    CheckKind,
    Partner,
    ToleranceRule,
    University,
)
from gateway.domain.security import Limits
from gateway.domain.terms import SendingMode, TransmissionTerms
from gateway.domain.tokens import TokenMode
from storage.context import Context
from storage.encryption import Cipher
from storage.partner_security import security_from_text, security_to_text
from storage.tables import partners, universities

_GET = sa.select(partners).where(
    partners.c.university == sa.bindparam("u"), partners.c.code == sa.bindparam("c")
)


def terms_to_json(terms: TransmissionTerms | None) -> dict[str, object] | None:
    """Return terms as a column keeps them."""
    if terms is None:
        return None
    return {
        "sending_mode": terms.sending_mode.value,
        "token_mode": terms.token_mode.value,
        "other_info": terms.other_info,
        "career_days": terms.career_days,
    }


def terms_from_json(data: Mapping[str, Any] | None) -> TransmissionTerms | None:
    """Return the terms a column keeps."""
    if data is None:
        return None
    return TransmissionTerms(
        SendingMode(data["sending_mode"]),
        TokenMode(data["token_mode"]),
        data["other_info"],
        data["career_days"],
    )


def university_values(university: University) -> dict[str, object]:
    """Return the row of a hosted university."""
    return {
        "code": university.code,
        "name": university.name,
        "name_en": university.name_en,
        "practice_prefix": university.practice_prefix,
        "schac": university.schac,
        "erasmus": university.erasmus,
        "terms": terms_to_json(university.terms),
        "admission_policy": university.admission_policy.value,
        "blocking_checks": sorted(check.value for check in university.blocking_checks),
        "token_on_receipt": university.token_on_receipt,
        "second_factor": university.second_factor,
        "four_eyes": university.four_eyes,
        "token_days": university.token_days,
        "payment_url": university.payment_url,
    }


def university_of(row: sa.Row[Any]) -> University:
    """Return the hosted university of a row."""
    return University(
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        practice_prefix=row.practice_prefix,
        schac=row.schac,
        erasmus=row.erasmus,
        terms=terms_from_json(row.terms) or TransmissionTerms(),
        admission_policy=AdmissionPolicy(row.admission_policy),
        blocking_checks=frozenset(CheckKind(check) for check in row.blocking_checks),
        token_on_receipt=row.token_on_receipt,
        second_factor=row.second_factor,
        four_eyes=row.four_eyes,
        token_days=row.token_days,
        payment_url=row.payment_url,
    )


def partner_of(row: sa.Row[Any], cipher: Cipher) -> Partner:
    """Return the partner of a row."""
    known = {rule.value for rule in ToleranceRule}
    inbound, outbound = security_from_text(cipher.open_text(row.security_sealed))
    return Partner(
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        schac=row.schac,
        erasmus=row.erasmus,
        destination_url=row.destination_url,
        origin_url=row.origin_url,
        username_in=row.username_in or "",
        password_hash=row.password_hash,
        username_out=row.username_out,
        password_out=cipher.open_text(row.password_out_sealed),
        tolerances=frozenset(ToleranceRule(rule) for rule in row.tolerances if rule in known),
        terms=terms_from_json(row.terms),
        active_from=row.active_from,
        active_to=row.active_to,
        timeout_seconds=row.timeout_seconds,
        inbound=inbound,
        outbound=outbound,
        limits=Limits(**(row.limits or {})),
        may_look_up=row.may_look_up,
        egov=row.egov,
    )


class PartnerRows:
    """Implements ``Partners``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def get(self, code: MiurCode) -> Partner | None:
        """Return the partner with this code."""
        row = self._c.connection.execute(
            _GET, {"u": self._c.university.code, "c": code}
        ).one_or_none()
        return partner_of(row, self._c.cipher) if row is not None else None

    def all(self) -> Sequence[Partner]:
        """Return every partner, by code."""
        query = (
            sa.select(partners)
            .where(partners.c.university == self._c.university.code)
            .order_by(partners.c.code)
        )
        return [partner_of(row, self._c.cipher) for row in self._c.connection.execute(query)]

    def save(self, partner: Partner) -> None:
        """Keep a new or changed partner; its terms are kept by ``keep_terms``."""
        values = self._values(partner)
        found = self._c.connection.execute(
            sa.update(partners)
            .where(
                partners.c.university == self._c.university.code, partners.c.code == partner.code
            )
            .values(values)
        )
        if found.rowcount == 0:
            self._c.connection.execute(sa.insert(partners).values(values))

    def keep_terms(self, code: MiurCode, terms: TransmissionTerms, now: datetime) -> None:
        """Keep the terms a partner announced."""
        self._c.connection.execute(
            sa.update(partners)
            .where(partners.c.university == self._c.university.code, partners.c.code == code)
            .values(terms=terms_to_json(terms), terms_at=now)
        )

    def _values(self, partner: Partner) -> dict[str, object]:
        return {
            "university": self._c.university.code,
            "code": partner.code,
            "name": partner.name,
            "name_en": partner.name_en,
            "schac": partner.schac,
            "erasmus": partner.erasmus,
            "destination_url": partner.destination_url,
            "origin_url": partner.origin_url,
            "username_in": partner.username_in or None,
            "password_hash": partner.password_hash,
            "username_out": partner.username_out,
            "password_out_sealed": self._c.cipher.seal_text(partner.password_out),
            "tolerances": sorted(rule.value for rule in partner.tolerances),
            "active_from": partner.active_from,
            "active_to": partner.active_to,
            "timeout_seconds": partner.timeout_seconds,
            "security_sealed": self._c.cipher.seal_text(
                security_to_text(partner.inbound, partner.outbound)
            ),
            "limits": asdict(partner.limits),
            "may_look_up": partner.may_look_up,
            "egov": partner.egov,
        }


def save_university(connection: sa.Connection, university: University) -> None:
    """Keep a new or changed hosted university."""
    values = university_values(university)
    found = connection.execute(
        sa.update(universities).where(universities.c.code == university.code).values(values)
    )
    if found.rowcount == 0:
        connection.execute(sa.insert(universities).values(values))
