"""One's own account: passwords, the second factor, sessions, waits."""

from dataclasses import replace

import pytest

from gateway.domain.accounts import Account, Grant, Role
from gateway.domain.signing_in import CODE_WAIT, NAME_FREE
from gateway.usecases.ports import ConcurrentChange
from storage.tables import recovery_codes, second_factors, throttles, web_sessions
from tests.support.entering import code_now, set_up_factor
from tests.support.offices import _TOKEN, PASSWORD, Browser, browser, hire, signed_in
from tests.support.storage import rows_of
from tests.support.transfers import Steps
from tests.support.universities import MONTELAGO, ORIGIN, VALDOMBRA

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T18")]

NEW = "quattro pesci rossi nel lago"
WRONG = "Nome utente o password sbagliati"
MANY = "Troppi tentativi sbagliati"


def ada(steps: Steps, role: Role = Role.OPERATOR, **fields: object) -> Account:
    return hire(steps.world.origin, "ada", Grant(role, VALDOMBRA), **fields)


def stranger(steps: Steps) -> Browser:
    return browser(steps.world.origin, steps.world.network.hosts["origin"])


def known(steps: Steps, username: str = "ada") -> Browser:
    return signed_in(steps.world.origin, username, steps.world.network.hosts["origin"])


def token_of(visit: Browser, page: str = "/accesso") -> str:
    """Return the token of the page's own form: the last one, below those of the header."""
    return _TOKEN.findall(visit.get(page).text)[-1]


def enter(steps: Steps, password: str = PASSWORD, username: str = "ada") -> tuple[Browser, str]:
    visit = stranger(steps)
    return visit, visit.post("/accesso", username=username, password=password).text


def is_in(visit: Browser) -> bool:
    return visit.get("/profilo", follow=False).status_code == 200


def test_the_cookie_is_another_one_after_signing_in(steps: Steps) -> None:
    ada(steps)
    visit = stranger(steps)
    visit.get("/accesso")
    before = visit.client.get_cookie("congedo")
    visit.post("/accesso", username="ada", password=PASSWORD)
    after = visit.client.get_cookie("congedo")
    assert before is not None
    assert after is not None
    visit.client.set_cookie("congedo", before.value)
    assert not is_in(visit)
    visit.client.set_cookie("congedo", after.value)
    assert is_in(visit)


def test_a_cookie_kept_from_before_signing_out_opens_nothing(steps: Steps) -> None:
    ada(steps)
    visit = known(steps)
    kept = visit.client.get_cookie("congedo")
    assert kept is not None
    visit.post("/uscita-dal-sistema", page="/profilo")
    visit.client.set_cookie("congedo", kept.value)
    assert not is_in(visit)


@pytest.mark.parametrize("name", ["ada", "nessuno"])
def test_after_some_wrong_passwords_even_the_right_one_waits_whoever_it_is(
    steps: Steps, name: str
) -> None:
    ada(steps)
    for _ in range(NAME_FREE + 1):
        assert WRONG in enter(steps, "sbagliata", name)[1]
    assert MANY in enter(steps, PASSWORD, name)[1]


def test_the_wait_grows_and_ends(steps: Steps) -> None:
    ada(steps)
    for _ in range(NAME_FREE + 1):
        enter(steps, "sbagliata")
    steps.world.clock.advance(seconds=16)
    assert WRONG in enter(steps, "sbagliata")[1]
    steps.world.clock.advance(seconds=16)
    assert MANY in enter(steps)[1]
    steps.world.clock.advance(seconds=16)
    visit, _ = enter(steps)
    assert is_in(visit)
    assert WRONG in enter(steps, "sbagliata")[1]  # the count began anew


def test_an_address_that_tries_many_names_waits_and_others_do_not(steps: Steps) -> None:
    ada(steps)
    for number in range(41):
        enter(steps, "sbagliata", f"nome{number}")
    assert MANY in enter(steps)[1]
    visit = stranger(steps)
    other = {"REMOTE_ADDR": "192.0.2.7"}
    data = {"username": "ada", "password": PASSWORD, "csrf_token": token_of(visit)}
    assert visit.client.post("/accesso", data=data, environ_overrides=other).status_code == 302


def test_the_database_names_nobody_who_tried(steps: Steps) -> None:
    enter(steps, "sbagliata", "una-password-scritta-per-errore")
    kept = repr(rows_of(steps.world.origin.store)[throttles.name])
    assert kept != "[]"
    assert "errore" not in kept


def test_a_temporary_password_is_changed_before_anything_else(steps: Steps) -> None:
    ada(steps, must_change=True)
    visit = known(steps)
    for page in (f"/ateneo/{VALDOMBRA}/lavori", "/profilo", "/profilo/secondo-fattore"):
        assert visit.get(page, follow=False).location == "/profilo/password"
    done = visit.post("/profilo/password", current=PASSWORD, password=NEW, again=NEW)
    assert "Password cambiata" in done.text
    assert visit.get(f"/ateneo/{VALDOMBRA}/lavori", follow=False).status_code == 200


@pytest.mark.parametrize(
    ("current", "password", "again", "said"),
    [
        ("sbagliata davvero", NEW, NEW, "la password attuale è sbagliata"),
        (PASSWORD, NEW, NEW + "!", "Le due password sono diverse"),
        (PASSWORD, "breve", "breve", "da 12 a 200 caratteri"),
        (PASSWORD, "ada-ada-ada-2026", "ada-ada-ada-2026", "è il nome utente"),
        (PASSWORD, "Password123456!", "Password123456!", "fra le prime che si provano"),
        (PASSWORD, PASSWORD, PASSWORD, "è quella di prima"),
    ],
)
def test_a_password_that_may_not_be_is_refused_and_the_old_one_stays(
    steps: Steps, current: str, password: str, again: str, said: str
) -> None:
    ada(steps)
    visit = known(steps)
    page = visit.post("/profilo/password", current=current, password=password, again=again)
    assert said in page.text
    assert is_in(enter(steps)[0])


def test_a_changed_password_ends_every_other_session(steps: Steps) -> None:
    ada(steps)
    here, there = known(steps), known(steps)
    here.post("/profilo/password", current=PASSWORD, password=NEW, again=NEW)
    assert is_in(here)
    assert not is_in(there)
    assert WRONG in enter(steps)[1]
    assert is_in(enter(steps, NEW)[0])


def test_a_second_factor_is_asked_for_after_the_password(steps: Steps) -> None:
    ada(steps)
    secret, _ = set_up_factor(steps.world.origin, known(steps))
    steps.world.clock.advance(seconds=60)
    visit, page = enter(steps)
    assert "<h1>Secondo fattore</h1>" in page
    assert not is_in(visit)
    visit.post("/accesso/codice", code=code_now(steps.world.origin, secret))
    assert is_in(visit)


def test_a_code_is_good_once(steps: Steps) -> None:
    ada(steps)
    secret, _ = set_up_factor(steps.world.origin, known(steps))
    steps.world.clock.advance(seconds=60)
    code = code_now(steps.world.origin, secret)
    first, second = enter(steps)[0], enter(steps)[0]
    first.post("/accesso/codice", code=code)
    assert is_in(first)
    assert "Codice sbagliato o già usato" in second.post("/accesso/codice", code=code).text
    earlier = code_now(steps.world.origin, secret, steps=-1)
    assert "Codice sbagliato o già usato" in second.post("/accesso/codice", code=earlier).text
    assert not is_in(second)


def test_the_code_comes_soon_after_the_password_or_not_at_all(steps: Steps) -> None:
    ada(steps)
    secret, _ = set_up_factor(steps.world.origin, known(steps))
    steps.world.clock.advance(seconds=60)
    visit, _ = enter(steps)
    steps.world.clock.advance(seconds=CODE_WAIT.total_seconds() + 1)
    token_page = visit.get("/accesso")
    answer = visit.post(
        "/accesso/codice", page="/accesso", code=code_now(steps.world.origin, secret), follow=False
    )
    assert token_page.status_code == 200
    assert answer.location == "/accesso"
    assert not is_in(visit)


def test_nobody_guesses_codes(steps: Steps) -> None:
    ada(steps)
    secret, _ = set_up_factor(steps.world.origin, known(steps))
    steps.world.clock.advance(seconds=60)
    right = code_now(steps.world.origin, secret)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    visit, _ = enter(steps)
    for _ in range(NAME_FREE + 1):
        visit.post("/accesso/codice", code=wrong)
    assert MANY in visit.post("/accesso/codice", code=right).text
    again, _ = enter(steps)  # the password does not wipe the count away
    assert MANY in again.post("/accesso/codice", code=right).text


def test_a_recovery_code_opens_once(steps: Steps) -> None:
    ada(steps)
    _, codes = set_up_factor(steps.world.origin, known(steps))
    visit, _ = enter(steps)
    visit.post("/accesso/codice", code=codes[3].upper().replace("-", " "))
    assert "Codici di recupero non usati: 9" in visit.get("/profilo").text
    again, _ = enter(steps)
    assert "Codice sbagliato" in again.post("/accesso/codice", code=codes[3]).text


def test_recovery_codes_are_shown_once_and_renewed(steps: Steps) -> None:
    ada(steps)
    visit = known(steps)
    _, codes = set_up_factor(steps.world.origin, visit)
    assert codes[0] not in visit.get("/profilo/codici-di-recupero").text
    renewed = visit.post("/profilo/codici-di-recupero", page="/profilo")
    assert "<h1>Codici di recupero</h1>" in renewed.text
    assert codes[0] not in renewed.text
    other, _ = enter(steps)
    assert "Codice sbagliato" in other.post("/accesso/codice", code=codes[0]).text


def test_neither_secret_nor_recovery_codes_are_readable_at_rest(steps: Steps) -> None:
    ada(steps)
    secret, codes = set_up_factor(steps.world.origin, known(steps))
    kept = rows_of(steps.world.origin.store)
    text = repr([kept[second_factors.name], kept[recovery_codes.name]])
    assert secret not in text
    assert not any(code.replace("-", "") in text for code in codes)


def test_the_drawing_shows_only_what_is_being_set_up(steps: Steps) -> None:
    ada(steps)
    visit = known(steps)
    assert visit.get("/profilo/secondo-fattore/codice.svg").status_code == 404
    visit.get("/profilo/secondo-fattore")
    drawn = visit.get("/profilo/secondo-fattore/codice.svg")
    assert drawn.content_type == "image/svg+xml"
    assert drawn.headers["Cache-Control"] == "no-store"
    set_up_factor(steps.world.origin, visit)
    assert visit.get("/profilo/secondo-fattore/codice.svg").status_code == 404


@pytest.mark.parametrize(
    ("role", "demanded"),
    [(Role.APPROVER, True), (Role.ADMINISTRATOR, True), (Role.OPERATOR, False)],
)
def test_a_university_may_demand_the_second_factor(
    steps: Steps, role: Role, demanded: bool
) -> None:
    steps.world.origin.store.save_university(replace(ORIGIN, second_factor=True))
    ada(steps, role)
    visit = known(steps)
    wanted = visit.get(f"/ateneo/{VALDOMBRA}/lavori", follow=False)
    if not demanded:
        assert wanted.status_code == 200
        return
    assert wanted.location == "/profilo/secondo-fattore"
    set_up_factor(steps.world.origin, visit)
    assert visit.get(f"/ateneo/{VALDOMBRA}/lavori", follow=False).status_code == 200


def test_doing_without_the_second_factor_wants_a_fresh_proof(steps: Steps) -> None:
    ada(steps)
    visit = known(steps)
    secret, _ = set_up_factor(steps.world.origin, visit)
    steps.world.clock.advance(minutes=11)
    asked = visit.post("/profilo/secondo-fattore/fine", page="/profilo", follow=False)
    assert asked.location.startswith("/conferma-identita")
    proof = visit.post("/conferma-identita?next=/profilo", password="sbagliata")
    assert WRONG in proof.text
    visit.post("/conferma-identita?next=/profilo", code=code_now(steps.world.origin, secret))
    visit.post("/profilo/secondo-fattore/fine", page="/profilo")
    account = steps.world.origin.store.accounts.by_username("ada")
    assert account is not None
    assert not account.second_factor


def test_a_proof_leads_back_to_the_page_of_the_form(steps: Steps) -> None:
    ada(steps)
    visit = known(steps)
    set_up_factor(steps.world.origin, visit)
    steps.world.clock.advance(minutes=11)
    token = token_of(visit, "/profilo")
    for referrer, back in (
        ("http://localhost/profilo", "/profilo"),
        ("https://example.org/x", "/"),
    ):
        asked = visit.client.post(
            "/profilo/secondo-fattore/fine",
            data={"csrf_token": token},
            headers={"Referer": referrer},
        )
        assert asked.location == f"/conferma-identita?next={back}"


def test_sessions_are_listed_and_ended_one_by_one_or_all_others(steps: Steps) -> None:
    ada(steps)
    here = known(steps)
    steps.world.clock.advance(seconds=5)
    second = known(steps)
    steps.world.clock.advance(seconds=5)
    third = known(steps)
    page = here.get("/profilo").text
    places = [part.split('"')[0] for part in page.split('action="/profilo/sessioni/')[1:]]
    assert len(places) == 3  # two others, and all others at once
    here.post(f"/profilo/sessioni/{places[1]}", page="/profilo")
    assert [is_in(visit) for visit in (here, second, third)] == [True, False, True]
    here.post("/profilo/sessioni/altre/fine", page="/profilo")
    assert [is_in(visit) for visit in (here, third)] == [True, False]


def test_what_a_session_tells_of_its_browser_is_sealed(steps: Steps) -> None:
    ada(steps)
    visit = stranger(steps)
    agent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
    data = {"username": "ada", "password": PASSWORD, "csrf_token": token_of(visit)}
    here = {"REMOTE_ADDR": "192.0.2.7"}
    visit.client.post("/accesso", data=data, headers=agent, environ_overrides=here)
    assert "Firefox · Linux · 192.0.2.7" in visit.get("/profilo").text
    assert "192.0.2.7" not in repr(rows_of(steps.world.origin.store)[web_sessions.name])


def test_the_language_of_the_profile_holds_from_now_on(steps: Steps) -> None:
    ada(steps)
    visit = known(steps)
    page = visit.post("/profilo", name="Ada Prova", email="", language="en")
    assert "<h1>My account</h1>" in page.text
    assert "<h1>My account</h1>" in known(steps).get("/profilo").text


def test_a_mail_address_that_is_none_is_refused_and_stays_to_be_mended(steps: Steps) -> None:
    ada(steps)
    visit = known(steps)
    page = visit.post("/profilo", name="Ada", email="nessun indirizzo", language="it")
    assert "Indirizzo e-mail non valido" in page.text
    assert 'value="nessun indirizzo"' in page.text


def test_two_who_change_an_account_at_once_do_not_undo_each_other(steps: Steps) -> None:
    ada(steps)
    store, clock = steps.world.origin.store, steps.world.clock
    visit = known(steps)
    read = store.accounts.by_username("ada")
    assert read is not None
    kept = store.accounts.save(replace(read, active=False), clock())
    from_before = replace(read, language="en")
    with pytest.raises(ConcurrentChange):
        store.accounts.save(from_before, clock())
    assert not is_in(visit)
    assert kept.version == read.version + 1


def test_old_sessions_and_waits_are_forgotten_by_the_clock(steps: Steps) -> None:
    ada(steps)
    known(steps)
    enter(steps, "sbagliata", "nessuno")
    store = steps.world.origin.store
    steps.world.clock.advance(days=40)
    forget = {item.name: item for item in steps.world.origin.timetable.schedules()}
    forget["forget-sign-ins"].run(steps.world.clock())
    kept = rows_of(store)
    assert kept[web_sessions.name] == []
    assert kept[throttles.name] == []


def test_an_account_of_another_university_sees_no_other(steps: Steps) -> None:
    hire(steps.world.origin, "eva", Grant(Role.ADMINISTRATOR, MONTELAGO))
    visit = known(steps, "eva")
    assert visit.get(f"/ateneo/{VALDOMBRA}/amministrazione/persone").status_code == 403


def test_a_wait_is_never_longer_than_half_an_hour(steps: Steps) -> None:
    ada(steps)
    for _ in range(30):
        enter(steps, "sbagliata")
        steps.world.clock.advance(minutes=31)
    visit, _ = enter(steps)
    assert is_in(visit)
