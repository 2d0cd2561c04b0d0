"""Signing in by OpenID Connect, at a provider that is a process of its own."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from gateway.demo.people import numbered
from gateway.domain.accounts import Account, Grant, Role
from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.signing_in import IdentityProvider
from storage.tables import identity_providers
from tests.support.network import served
from tests.support.offices import Browser, browser, hire
from tests.support.openid_provider import CLIENT, SECRET, Provider, parameters, running_provider
from tests.support.storage import rows_of
from tests.support.transfers import Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T18")]

WORK = f"/ateneo/{VALDOMBRA}/lavori"
FISCAL = CodiceFiscale(numbered(7).codice_fiscale)


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """A provider of identities."""
    with running_provider() as running:
        yield running


@pytest.fixture
def idp(steps: Steps, provider: Provider) -> IdentityProvider:
    """The provider, known to the origin under the name ``idp``."""
    known = IdentityProvider(
        name="idp",
        label="Credenziali di Valdombra",
        label_en="Credentials of Valdombra",
        issuer=provider.issuer,
        client_id=CLIENT,
        client_secret=SECRET,
    )
    steps.world.origin.store.identity_providers.save(known)
    return known


def stranger(steps: Steps) -> Browser:
    return browser(steps.world.origin, steps.world.network.hosts["origin"])


def ada(steps: Steps, subject: str = "oidc:idp:persona-1") -> Account:
    grant = Grant(Role.OPERATOR, VALDOMBRA)
    return hire(steps.world.origin, "ada", grant, subject=subject)


def seconds(steps: Steps) -> int:
    return int(steps.world.clock().timestamp())


def is_in(visit: Browser) -> bool:
    return visit.get("/profilo", follow=False).status_code == 200


def test_who_is_known_to_the_provider_comes_to_the_page_that_was_wanted(
    steps: Steps, provider: Provider, idp: IdentityProvider
) -> None:
    ada(steps)
    provider.order(now=seconds(steps))
    visit = stranger(steps)
    assert "Accedi con Credenziali di Valdombra" in visit.get("/accesso").text
    answer = provider.enter(visit, wanted=WORK)
    assert answer.location == WORK
    assert is_in(visit)


def test_a_departure_carries_state_nonce_and_a_challenge_that_are_new_each_time(
    steps: Steps, provider: Provider, idp: IdentityProvider
) -> None:
    visit = stranger(steps)
    first, second = (parameters(provider.depart(visit).location) for _ in range(2))
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 32
        assert first[name] != second[name]
    assert first["code_challenge_method"] == "S256"
    assert first["redirect_uri"] == "http://localhost/accesso/fornitore/idp/ritorno"


def _late(steps: Steps) -> dict[str, Any]:
    return {"now": seconds(steps) - 400}


BAD: dict[str, Callable[[Steps], dict[str, Any]]] = {
    "signed by another key": lambda _: {"sign": "stranger"},
    "not signed": lambda _: {"sign": "none"},
    "signed by our own secret": lambda _: {"sign": "shared"},
    "signed by a key that is not published": lambda _: {"sign": "b"},
    "another nonce": lambda _: {"claims": {"nonce": "altro"}},
    "for another audience": lambda _: {"claims": {"aud": "un-altro"}},
    "for several, by another": lambda _: {"claims": {"aud": [CLIENT, "altro"], "azp": "altro"}},
    "for several, by nobody": lambda _: {"claims": {"aud": [CLIENT, "altro"]}},
    "of another issuer": lambda _: {"claims": {"iss": "http://127.0.0.1:1"}},
    "without an end": lambda _: {"claims": {"exp": None}},
    "without a subject": lambda _: {"claims": {"sub": ""}},
    "expired": _late,
    "answered by another issuer": lambda _: {"answer": {"iss": "https://altrove.example"}},
    "with an error": lambda _: {"answer": {"error": "access_denied"}},
    "with another state": lambda _: {"answer": {"state": "altro"}},
    "with a code of nobody": lambda _: {"answer": {"code": "inventato"}},
}


@pytest.mark.parametrize("why", BAD)
def test_a_token_that_proves_nothing_opens_nothing(
    steps: Steps, provider: Provider, idp: IdentityProvider, why: str
) -> None:
    ada(steps)
    provider.order(**{"now": seconds(steps), **BAD[why](steps)})
    visit = stranger(steps)
    answer = provider.enter(visit)
    assert answer.location == "/accesso"
    assert "non ha confermato" in visit.get("/accesso").text
    assert not is_in(visit)


def test_a_return_is_good_once_even_with_the_cookie_of_the_departure(
    steps: Steps, provider: Provider, idp: IdentityProvider
) -> None:
    ada(steps)
    provider.order(now=seconds(steps))
    visit = stranger(steps)
    departure = provider.depart(visit)
    cookie = visit.client.get_cookie("congedo")
    assert cookie is not None
    assert visit.get(provider.visit(departure), follow=False).location == "/"
    other = stranger(steps)
    other.client.set_cookie("congedo", cookie.value)
    again = provider.visit(departure)  # the provider would vouch once more
    assert other.get(again, follow=False).location == "/accesso"
    assert not is_in(other)


def test_a_return_without_a_departure_opens_nothing(
    steps: Steps, provider: Provider, idp: IdentityProvider
) -> None:
    ada(steps)
    provider.order(now=seconds(steps))
    back = provider.visit(provider.depart(stranger(steps)))
    other = stranger(steps)
    assert other.get(back, follow=False).location == "/accesso"
    assert not is_in(other)


def test_a_departure_is_stale_after_ten_minutes(
    steps: Steps, provider: Provider, idp: IdentityProvider
) -> None:
    ada(steps)
    visit = stranger(steps)
    departure = provider.depart(visit)
    steps.world.clock.advance(minutes=10)
    provider.order(now=seconds(steps))
    assert visit.get(provider.visit(departure), follow=False).location == "/accesso"


def test_somebody_the_provider_knows_and_we_do_not_is_told_so(
    steps: Steps, provider: Provider, idp: IdentityProvider
) -> None:
    ada(steps, subject="oidc:idp:persona-2")
    provider.order(now=seconds(steps))
    answer = provider.enter(stranger(steps))
    assert answer.status_code == 403
    assert "<h1>Nessun account</h1>" in answer.text


def test_the_same_subject_of_another_provider_is_somebody_else(
    steps: Steps, provider: Provider, idp: IdentityProvider
) -> None:
    ada(steps, subject="oidc:altro:persona-1")
    provider.order(now=seconds(steps))
    assert provider.enter(stranger(steps)).status_code == 403


def test_an_account_that_is_switched_off_stays_out(
    steps: Steps, provider: Provider, idp: IdentityProvider
) -> None:
    account = ada(steps)
    store = steps.world.origin.store
    store.accounts.save(replace(account, active=False), steps.world.clock())
    provider.order(now=seconds(steps))
    assert provider.enter(stranger(steps)).status_code == 403


def test_a_provider_that_changes_its_keys_is_asked_again(
    steps: Steps, provider: Provider, idp: IdentityProvider
) -> None:
    ada(steps)
    provider.order(now=seconds(steps))
    assert provider.enter(stranger(steps)).location == "/"
    client = served(steps.world.origin).application.extensions["congedo"].openid
    for known in client._known.values():
        known.at -= 60
    provider.order(now=seconds(steps), published="ab", sign="b")
    assert provider.enter(stranger(steps)).location == "/"


def test_a_provider_that_calls_itself_otherwise_is_not_used(
    steps: Steps, provider: Provider, idp: IdentityProvider
) -> None:
    provider.order(issuer="https://altrove.example")
    assert provider.depart(stranger(steps)).location == "/accesso"


def test_a_provider_that_does_not_answer_is_told_and_nothing_breaks(steps: Steps) -> None:
    gone = IdentityProvider(
        name="idp", label="x", label_en="x", issuer="http://127.0.0.1:9", client_id=CLIENT
    )
    steps.world.origin.store.identity_providers.save(gone)
    visit = stranger(steps)
    answer = visit.post("/accesso/fornitore/idp", page="/servizi")
    assert "non ha confermato" in answer.text


def test_a_plain_http_provider_elsewhere_is_never_asked(steps: Steps) -> None:
    plain = IdentityProvider(
        name="idp", label="x", label_en="x", issuer="http://192.0.2.1", client_id=CLIENT
    )
    steps.world.origin.store.identity_providers.save(plain)
    answer = stranger(steps).post("/accesso/fornitore/idp", page="/servizi", follow=False)
    assert answer.location == "/accesso"


@pytest.mark.parametrize("written", [FISCAL, f"TINIT-{FISCAL}"])
def test_a_student_of_the_university_gets_an_account_once(
    steps: Steps, provider: Provider, idp: IdentityProvider, written: str
) -> None:
    store = steps.world.origin.store
    store.identity_providers.save(
        replace(idp, fiscal_code_claim="fiscal_number", student_university=VALDOMBRA)
    )
    claims = {"fiscal_number": written, "name": "Persona Inventata", "email": "p@example.org"}
    provider.order(now=seconds(steps), claims=claims)
    for _ in range(2):
        assert provider.enter(stranger(steps)).location == "/"
    (found,) = store.accounts.at(VALDOMBRA)
    assert found.codice_fiscale == FISCAL
    assert found.grants == {Grant(Role.STUDENT, VALDOMBRA)}
    assert FISCAL not in found.username.upper()


def test_a_student_without_codice_fiscale_gets_none(
    steps: Steps, provider: Provider, idp: IdentityProvider
) -> None:
    store = steps.world.origin.store
    store.identity_providers.save(
        replace(idp, fiscal_code_claim="fiscal_number", student_university=VALDOMBRA)
    )
    provider.order(now=seconds(steps), claims={"fiscal_number": "non un codice"})
    assert provider.enter(stranger(steps)).status_code == 403
    assert store.accounts.at(VALDOMBRA) == []


def test_an_account_that_is_more_than_a_student_is_never_tied_by_codice_fiscale(
    steps: Steps, provider: Provider, idp: IdentityProvider
) -> None:
    store = steps.world.origin.store
    grants = Grant(Role.STUDENT, VALDOMBRA), Grant(Role.ADMINISTRATOR, MONTELAGO)
    hire(steps.world.origin, "eva", *grants, codice_fiscale=FISCAL)
    store.identity_providers.save(
        replace(idp, fiscal_code_claim="fiscal_number", student_university=VALDOMBRA)
    )
    provider.order(now=seconds(steps), claims={"fiscal_number": FISCAL})
    assert provider.enter(stranger(steps)).status_code == 403


def test_a_fresh_proof_is_had_from_the_provider_of_the_same_person_only(
    steps: Steps, provider: Provider, idp: IdentityProvider
) -> None:
    ada(steps)
    provider.order(now=seconds(steps))
    visit = stranger(steps)
    provider.enter(visit)
    mark = steps.world.origin.store.web_sessions.of(1)[0].mark
    began = steps.world.clock()
    steps.world.clock.advance(minutes=11)
    asked = provider.depart(visit)
    assert parameters(asked.location)["prompt"] == "login"
    assert parameters(asked.location)["max_age"] == "0"

    def proved_at() -> object:
        session = steps.world.origin.store.web_sessions.get(mark)
        assert session is not None
        return session.proved_at

    provider.order(now=seconds(steps), claims={"sub": "persona-2"})
    visit.get(provider.visit(asked))
    assert proved_at() == began
    old = {"auth_time": int(began.timestamp())}
    provider.order(now=seconds(steps), claims=old)
    visit.get(provider.visit(provider.depart(visit)))
    assert proved_at() == began
    provider.order(now=seconds(steps))
    assert visit.get(provider.visit(provider.depart(visit)), follow=False).location == "/"
    assert proved_at() == steps.world.clock()


@pytest.mark.parametrize("auth_time", ["an hour ago", None, "now"])
def test_a_provider_that_still_knew_somebody_proves_nothing_for_what_cannot_be_undone(
    steps: Steps, provider: Provider, idp: IdentityProvider, auth_time: str | None
) -> None:
    ada(steps)
    moment = {"an hour ago": seconds(steps) - 3600, None: None, "now": seconds(steps)}[auth_time]
    provider.order(now=seconds(steps), claims={"auth_time": moment})
    visit = stranger(steps)
    provider.enter(visit)
    assert is_in(visit)
    (session,) = steps.world.origin.store.web_sessions.of(1)
    assert session.proved_lately(steps.world.clock()) == (auth_time == "now")


def test_signing_out_leads_to_the_provider_that_signs_out_too(
    steps: Steps, provider: Provider, idp: IdentityProvider
) -> None:
    ada(steps)
    provider.order(now=seconds(steps))
    visit = stranger(steps)
    provider.enter(visit)
    answer = visit.post("/uscita-dal-sistema", page="/profilo", follow=False)
    assert answer.location == "/accesso/fornitore/idp/uscita"
    onward = visit.get(answer.location, follow=False)
    assert onward.location.startswith(f"{provider.issuer}/logout?")
    assert parameters(onward.location)["post_logout_redirect_uri"] == "http://localhost/"
    assert not is_in(visit)


def test_our_secret_towards_a_provider_is_sealed(steps: Steps, idp: IdentityProvider) -> None:
    kept = repr(rows_of(steps.world.origin.store)[identity_providers.name])
    assert CLIENT in kept
    assert SECRET not in kept
