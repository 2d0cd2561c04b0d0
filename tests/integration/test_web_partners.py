"""Partners on pages: how they are, records, security, a test call."""

import re
from datetime import timedelta

import pytest

from gateway.domain.accounts import Role
from gateway.domain.partners import Partner, ToleranceRule
from gateway.domain.security import Proof
from gateway.usecases import partners
from tests.support.certificates import make
from tests.support.offices import Browser, employ
from tests.support.transfers import Steps
from tests.support.universities import MONTELAGO, ROCCASOLE, SECRET, VALDOMBRA

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T18")]

BASE = f"/ateneo/{VALDOMBRA}/amministrazione/partner"
ONE = f"{BASE}/{MONTELAGO}"
SECURITY = f"{ONE}/sicurezza"
RECORD = {
    "name": "Politecnico di Montelago",
    "destination_url": "http://destination/soap/92/destinazione",
    "origin_url": "http://destination/soap/92/provenienza",
    "username_in": "ateneo-92",
    "username_out": "ateneo-91",
    "timeout_seconds": "30.0",
    "tolerances": [rule.value for rule in ToleranceRule],
}
DEMANDS = {
    "proofs": ["basic"],
    "proofs_out": ["basic"],
    "per_minute": "600",
    "burst": "200",
    "concurrent": "8",
    "body_kb": "0",
}
_MARK = re.compile(r'name="agreed" value="([0-9a-f]{64})"')


@pytest.fixture
def admin(steps: Steps) -> Browser:
    return employ(steps.world.origin, VALDOMBRA, Role.ADMINISTRATOR)


def known(steps: Steps, code: str = MONTELAGO) -> Partner:
    return steps.origin(lambda uow: partners.find(code, uow=uow))  # type: ignore[arg-type]


def agree(visit: Browser, page: str, **fields: object) -> str:
    found = _MARK.search(visit.post(page, **fields).text)
    assert found is not None
    return visit.post(page, agreed=found.group(1), **fields).text


def test_the_list_tells_how_each_partner_is(steps: Steps, admin: Browser) -> None:
    silent = admin.get(BASE).text
    assert silent.count("<td>–</td>") >= 4
    steps.sent()
    page = admin.get(BASE).text
    assert "Politecnico di Montelago" in page
    assert steps.world.clock().strftime("%d/%m/%Y") in page


def test_a_record_changes_after_it_was_shown(steps: Steps, admin: Browser) -> None:
    wanted = RECORD | {"timeout_seconds": "12.5", "may_look_up": "y", "tolerances": ["dates"]}
    assert "La scheda è cambiata." in agree(admin, f"{ONE}/scheda", **wanted)
    partner = known(steps)
    assert (partner.timeout_seconds, partner.may_look_up) == (12.5, True)
    assert partner.tolerances == {ToleranceRule.DATES}
    assert partner.password_out == SECRET


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("destination_url", "montelago", "http(s)://nome/percorso"),
        ("username_in", "ateneo-93", "esiste già"),
    ],
)
def test_a_record_that_cannot_be_is_refused_with_the_reason(
    steps: Steps, admin: Browser, field: str, value: str, said: str
) -> None:
    before = known(steps)
    page = admin.post(f"{ONE}/scheda", **RECORD | {field: value}).text
    found = _MARK.search(page)
    if found is not None:
        page = admin.post(f"{ONE}/scheda", agreed=found.group(1), **RECORD | {field: value}).text
    assert said in page
    assert f'value="{value}"' in page
    assert known(steps) == before


def test_a_period_that_ends_before_it_begins_is_refused(steps: Steps, admin: Browser) -> None:
    days = {"active_from": "2026-10-02", "active_to": "2026-10-01"}
    assert "finisce prima di cominciare" in agree(admin, f"{ONE}/scheda", **RECORD | days)


def test_a_new_partner_gets_a_password_that_is_seen_once(steps: Steps, admin: Browser) -> None:
    fields = {"code": "94", "name": "Ateneo di Borgofiume", "timeout_seconds": "30"}
    page = admin.post(f"{BASE}/nuovo", **fields).text
    password = re.search(r"<dd><code>(\S{24})</code></dd>", page)
    assert password is not None
    partner = known(steps, "94")
    assert steps.world.origin.passwords.verify(password.group(1), partner.password_hash)
    assert password.group(1) not in admin.get(f"{BASE}/94").text
    assert "esiste già" in admin.post(f"{BASE}/nuovo", **fields).text


def test_a_partner_is_called_and_its_terms_are_kept(steps: Steps, admin: Browser) -> None:
    assert known(steps).terms is None
    assert "Risponde" in admin.post(f"{ONE}/prova", page=ONE).text
    assert known(steps).terms is not None
    there = f"{BASE}/{ROCCASOLE}"
    assert "irraggiungibile" in admin.post(f"{there}/prova", page=there).text


def test_secrets_are_set_and_never_shown(steps: Steps, admin: Browser) -> None:
    page = admin.post(f"{SECURITY}/credenziali", password_out="una-nuova-parola").text
    assert known(steps).password_out == "una-nuova-parola"
    for address in (SECURITY, f"{SECURITY}/credenziali", ONE, f"{ONE}/scheda"):
        assert "una-nuova-parola" not in admin.get(address).text
    assert "Nostra password" in page


def test_our_certificate_and_its_key_go_together(steps: Steps, admin: Browser) -> None:
    ours, other = (make(name, now=steps.world.clock()) for name in ("valdombra", "altro"))
    alone = admin.post(f"{SECURITY}/credenziali", certificate=ours.certificate).text
    assert "vanno insieme" in alone
    crossed = admin.post(
        f"{SECURITY}/credenziali", certificate=ours.certificate, certificate_key=other.key
    ).text
    assert "non sono una coppia" in crossed
    admin.post(f"{SECURITY}/credenziali", certificate=ours.certificate, certificate_key=ours.key)
    assert known(steps).outbound.certificate == ours.certificate


def test_nobody_is_shut_out_unawares(steps: Steps, admin: Browser) -> None:
    page = admin.post(
        f"{SECURITY}/richieste", **DEMANDS | {"proofs": ["basic", "certificate"]}
    ).text
    assert "il partner resterebbe fuori" in page
    assert known(steps).inbound.proofs == {Proof.BASIC}


def test_a_key_is_pinned_beside_the_old_one_and_dropped(steps: Steps, admin: Browser) -> None:
    old, new = "ab" * 32, "cd" * 32
    until = (steps.world.clock() + timedelta(days=30)).date().isoformat()
    for key, day in ((old, until), (new, "")):
        admin.post(f"{SECURITY}/chiavi", use="keys", key=key, until=day)
    assert [pin.sha256 for pin in known(steps).inbound.keys] == [old, new]
    demands = DEMANDS | {"proofs": ["basic", "certificate"], "per_minute": "120"}
    assert "sono cambiati" in agree(admin, f"{SECURITY}/richieste", **demands)
    assert known(steps).limits.per_minute == 120
    admin.post(f"{SECURITY}/chiavi/togli", page=SECURITY, sha256=old)
    assert [pin.sha256 for pin in known(steps).inbound.keys] == [new]
    last = admin.post(f"{SECURITY}/chiavi/togli", page=SECURITY, sha256=new).text
    assert "il partner resterebbe fuori" in last
    assert "non è di 64 cifre" in admin.post(f"{SECURITY}/chiavi", use="keys", key="xyz").text


def test_a_new_password_ends_the_old_one(steps: Steps, admin: Browser) -> None:
    page = admin.post(f"{SECURITY}/password").text
    found = re.search(r"<dd><code>(\S{24})</code></dd>", page)
    assert found is not None
    verify, hashed = steps.world.origin.passwords.verify, known(steps).password_hash
    assert verify(found.group(1), hashed)
    assert not verify(SECRET, hashed)


def test_what_a_new_password_means_is_told_before_it_is_made(admin: Browser) -> None:
    page = admin.get(f"{SECURITY}/password")
    assert page.status_code == 200
    assert "la vecchia cessa subito di valere" in page.text
    assert f'href="{SECURITY}"' in page.text


def test_a_partner_that_is_not_known_is_not_found(admin: Browser) -> None:
    for path in ("", "/scheda", "/sicurezza", "/sicurezza/chiavi"):
        assert admin.get(f"{BASE}/77{path}").status_code == 404
