"""Users and roles of a university: what an administrator may do, and what not."""

import re
from dataclasses import replace

import pytest

from gateway.domain.accounts import Account, Grant, Role
from gateway.domain.signing_in import IdentityProvider
from tests.support.entering import set_up_factor, shown_key
from tests.support.offices import PASSWORD, Browser, browser, hire, signed_in
from tests.support.transfers import Steps
from tests.support.universities import MONTELAGO, ORIGIN, VALDOMBRA

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T18")]

PEOPLE = f"/ateneo/{VALDOMBRA}/amministrazione/persone"
NEW = "quattro pesci rossi nel lago"
OPERATOR = Grant(Role.OPERATOR, VALDOMBRA)
ADMINISTRATOR = Grant(Role.ADMINISTRATOR, VALDOMBRA)


def stranger(steps: Steps) -> Browser:
    return browser(steps.world.origin, steps.world.network.hosts["origin"])


def known(steps: Steps, username: str) -> Browser:
    return signed_in(steps.world.origin, username, steps.world.network.hosts["origin"])


def chief(steps: Steps) -> Browser:
    hire(steps.world.origin, "capo", ADMINISTRATOR)
    return known(steps, "capo")


def kept(steps: Steps, username: str) -> Account:
    found = steps.world.origin.store.accounts.by_username(username)
    assert found is not None
    return found


def page_of(account: Account) -> str:
    return f"{PEOPLE}/{account.account_id}"


def add(visit: Browser, first: str, **fields: str) -> str:
    data = {
        "username": "Nuova",
        "name": "Persona Nuova",
        "role": "operator",
        "faculty": "",
        "provider": "",
        "subject": "",
        "email": "",
        **fields,
    }
    return visit.post(f"{PEOPLE}/nuova", first=first, **data).text


def test_a_person_comes_in_by_a_link_that_is_good_once(steps: Steps) -> None:
    page = add(chief(steps), "link")
    link = shown_key(page)
    path = re.sub(r"^https?://[^/]+", "", link)
    visit = stranger(steps)
    assert "<strong>nuova</strong>" in visit.get(path).text
    done = visit.post("/invito", password=NEW, again=NEW)
    assert "Ora si può accedere" in done.text
    entered = visit.post("/accesso", username="nuova", password=NEW)
    assert entered.status_code == 200
    assert visit.get("/profilo", follow=False).status_code == 200
    assert "già stato usato" in stranger(steps).get(path).text


def test_a_link_is_no_longer_good_after_a_week_or_a_newer_one(steps: Steps) -> None:
    visit = chief(steps)
    first = re.sub(r"^https?://[^/]+", "", shown_key(add(visit, "link")))
    person = page_of(kept(steps, "nuova"))
    second = re.sub(
        r"^https?://[^/]+", "", shown_key(visit.post(f"{person}/accesso/link", page=person).text)
    )
    assert "già stato usato" in stranger(steps).get(first).text
    assert "<strong>nuova</strong>" in stranger(steps).get(second).text
    steps.world.clock.advance(days=7)
    assert "già stato usato" in stranger(steps).get(second).text


def test_the_secret_of_a_link_does_not_stay_in_the_address(steps: Steps) -> None:
    path = re.sub(r"^https?://[^/]+", "", shown_key(add(chief(steps), "link")))
    assert stranger(steps).get(path, follow=False).location == "/invito"


def test_a_temporary_password_is_shown_once_and_changed_at_once(steps: Steps) -> None:
    visit = chief(steps)
    password = shown_key(add(visit, "password"))
    assert password not in visit.get(page_of(kept(steps, "nuova"))).text
    person = stranger(steps)
    landed = person.post("/accesso", username="nuova", password=password)
    assert "La password attuale è provvisoria" in person.get("/profilo").text or landed.text
    person.post("/profilo/password", current=password, password=NEW, again=NEW)
    assert not kept(steps, "nuova").must_change


def test_a_person_may_be_known_elsewhere_only(steps: Steps) -> None:
    provider = IdentityProvider(
        name="idp", label="x", label_en="x", issuer="https://idp.example", client_id="c"
    )
    steps.world.origin.store.identity_providers.save(provider)
    add(chief(steps), "elsewhere", provider="oidc:idp", subject="persona-1")
    found = kept(steps, "nuova")
    assert (found.subject, found.password_hash) == ("oidc:idp:persona-1", "")
    refused = stranger(steps).post("/accesso", username="nuova", password="")
    assert "Campo obbligatorio" in refused.text


def test_a_name_that_is_taken_is_refused_and_what_was_typed_stays(steps: Steps) -> None:
    hire(steps.world.origin, "nuova", Grant(Role.OPERATOR, MONTELAGO))
    page = add(chief(steps), "link", faculty="ING")
    assert 'value="ING"' in page
    assert 'id="errori"' in page


@pytest.mark.parametrize("role", ["system", "student", "nessuno"])
def test_roles_that_an_administrator_cannot_give_are_no_choice(steps: Steps, role: str) -> None:
    visit = chief(steps)
    assert "Scelta non valida" in add(visit, "link", role=role)
    hire(steps.world.origin, "ada", OPERATOR)
    person = page_of(kept(steps, "ada"))
    visit.post(f"{person}/ruoli", page=person, role=role, faculty="")
    assert kept(steps, "ada").grants == {OPERATOR}


def test_roles_are_given_and_taken_per_faculty(steps: Steps) -> None:
    visit = chief(steps)
    hire(steps.world.origin, "ada", OPERATOR)
    person = page_of(kept(steps, "ada"))
    given = visit.post(f"{person}/ruoli", page=person, role="commission", faculty=" ING ")
    assert "Ruolo dato." in given.text
    assert Grant(Role.COMMISSION, VALDOMBRA, "ING") in kept(steps, "ada").grants
    visit.post(f"{person}/ruoli/togli", page=person, role="commission", faculty="ING")
    assert kept(steps, "ada").grants == {OPERATOR}


def test_who_has_no_role_left_is_on_the_list_no_more(steps: Steps) -> None:
    visit = chief(steps)
    hire(steps.world.origin, "ada", OPERATOR)
    person = page_of(kept(steps, "ada"))
    answer = visit.post(f"{person}/ruoli/togli", page=person, role="operator", faculty="")
    assert "<h1>Persone e ruoli</h1>" in answer.text
    assert "Ruolo tolto." in answer.text
    assert visit.get(person).status_code == 404


def test_saying_as_whom_somebody_is_known_elsewhere_wants_a_fresh_proof(steps: Steps) -> None:
    provider = IdentityProvider(
        name="idp", label="x", label_en="x", issuer="https://idp.example", client_id="c"
    )
    steps.world.origin.store.identity_providers.save(provider)
    visit = chief(steps)
    hire(steps.world.origin, "ada", OPERATOR)
    person = page_of(kept(steps, "ada"))
    steps.world.clock.advance(minutes=11)
    data = {"name": "Ada P.", "email": "", "provider": "", "subject": ""}
    assert "Dati salvati." in visit.post(person, **data).text
    data |= {"provider": "oidc:idp", "subject": "persona-1"}
    assert visit.post(person, follow=False, **data).location.startswith("/conferma-identita")
    visit.post(f"/conferma-identita?next={person}", password=PASSWORD)
    visit.post(person, **data)
    assert kept(steps, "ada").subject == "oidc:idp:persona-1"


def test_who_loses_a_role_has_lost_it_on_the_next_page(steps: Steps) -> None:
    visit = chief(steps)
    hire(steps.world.origin, "ada", OPERATOR)
    theirs = known(steps, "ada")
    work = f"/ateneo/{VALDOMBRA}/lavori"
    assert theirs.get(work, follow=False).status_code == 200
    person = page_of(kept(steps, "ada"))
    visit.post(f"{person}/ruoli/togli", page=person, role="operator", faculty="")
    assert theirs.get(work, follow=False).status_code == 403


def test_people_of_other_universities_are_not_found(steps: Steps) -> None:
    visit = chief(steps)
    hire(steps.world.origin, "eva", Grant(Role.OPERATOR, MONTELAGO))
    person = page_of(kept(steps, "eva"))
    assert visit.get(person).status_code == 404
    for act in ("ruoli", "spegni", "sblocca", "accesso/password", "secondo-fattore/azzera"):
        assert visit.post(f"{person}/{act}", page=PEOPLE).status_code == 404
    assert "eva" not in visit.get(PEOPLE).text


@pytest.mark.parametrize(
    "more", [Grant(Role.SYSTEM), Grant(Role.OPERATOR, MONTELAGO)], ids=["system", "elsewhere"]
)
@pytest.mark.parametrize(
    "act", ["accesso/password", "accesso/link", "spegni", "secondo-fattore/azzera"]
)
def test_an_account_that_is_more_than_the_universitys_is_not_taken_over(
    steps: Steps, more: Grant, act: str
) -> None:
    visit = chief(steps)
    before = hire(steps.world.origin, "eva", OPERATOR, more)
    person = page_of(before)
    answer = visit.post(f"{person}/{act}", page=PEOPLE)
    assert "Non eseguito" in answer.text
    assert kept(steps, "eva") == before


def test_a_grant_of_another_university_is_not_taken_from_here(steps: Steps) -> None:
    visit = chief(steps)
    hire(steps.world.origin, "eva", OPERATOR, Grant(Role.OPERATOR, MONTELAGO))
    person = page_of(kept(steps, "eva"))
    visit.post(f"{person}/ruoli/togli", page=person, role="operator", faculty="")
    assert kept(steps, "eva").grants == {Grant(Role.OPERATOR, MONTELAGO)}


def test_the_last_administrator_cannot_be_locked_out(steps: Steps) -> None:
    visit = chief(steps)
    person = page_of(kept(steps, "capo"))
    refused = visit.post(f"{person}/ruoli/togli", page=person, role="administrator", faculty="")
    assert "ultimo amministratore" in refused.text
    refused = visit.post(f"{person}/spegni", page=person)
    assert "non si può spegnere il proprio account" in refused.text
    hire(steps.world.origin, "vice", ADMINISTRATOR)
    visit.post(f"{person}/ruoli/togli", page=person, role="administrator", faculty="")
    assert kept(steps, "capo").grants == frozenset()


def test_the_last_administrator_is_one_who_can_sign_in(steps: Steps) -> None:
    visit = chief(steps)
    vice = hire(steps.world.origin, "vice", ADMINISTRATOR)
    steps.world.origin.store.accounts.save(replace(vice, active=False), steps.world.clock())
    person = page_of(kept(steps, "capo"))
    refused = visit.post(f"{person}/ruoli/togli", page=person, role="administrator", faculty="")
    assert "ultimo amministratore" in refused.text


def test_an_account_switched_off_is_out_at_once_and_comes_back_when_switched_on(
    steps: Steps,
) -> None:
    visit = chief(steps)
    hire(steps.world.origin, "ada", OPERATOR)
    theirs = known(steps, "ada")
    person = page_of(kept(steps, "ada"))
    visit.post(f"{person}/spegni", page=person)
    assert theirs.get("/profilo", follow=False).status_code == 302
    visit.post(f"{person}/riaccendi", page=person)
    assert theirs.get("/profilo", follow=False).status_code == 302  # the old session stays ended
    assert known(steps, "ada").get("/profilo", follow=False).status_code == 200


def test_sessions_waits_and_second_factors_of_others_are_ended(steps: Steps) -> None:
    visit = chief(steps)
    hire(steps.world.origin, "ada", OPERATOR)
    theirs = known(steps, "ada")
    set_up_factor(steps.world.origin, theirs)
    person = page_of(kept(steps, "ada"))
    assert "Sessioni aperte: 1" in visit.get(person).text
    visit.post(f"{person}/sessioni/fine", page=person)
    assert theirs.get("/profilo", follow=False).status_code == 302
    for _ in range(6):
        stranger(steps).post("/accesso", username="ada", password="sbagliata")
    assert "nessun altro fino a" in visit.get(person).text
    visit.post(f"{person}/sblocca", page=person)
    visit.post(f"{person}/secondo-fattore/azzera", page=person)
    again = stranger(steps)
    again.post("/accesso", username="ada", password=PASSWORD)
    assert again.get("/profilo", follow=False).status_code == 200


def test_destructive_acts_want_a_fresh_proof(steps: Steps) -> None:
    visit = chief(steps)
    hire(steps.world.origin, "ada", OPERATOR)
    person = page_of(kept(steps, "ada"))
    steps.world.clock.advance(minutes=11)
    for act in ("spegni", "ruoli/togli", "accesso/password", "secondo-fattore/azzera"):
        answer = visit.post(f"{person}/{act}", page=person, follow=False)
        assert answer.location.startswith("/conferma-identita")
    assert kept(steps, "ada").active


def test_a_system_administrator_sees_and_gives_everywhere(steps: Steps) -> None:
    hire(steps.world.origin, "radice", Grant(Role.SYSTEM))
    visit = known(steps, "radice")
    hire(steps.world.origin, "eva", OPERATOR, Grant(Role.OPERATOR, MONTELAGO))
    person = page_of(kept(steps, "eva"))
    visit.post(f"{person}/spegni", page=person)
    assert not kept(steps, "eva").active


def test_the_list_is_filtered_and_has_pages(steps: Steps) -> None:
    visit = chief(steps)
    for number in range(55):
        hire(steps.world.origin, f"persona{number:02d}", OPERATOR)
    hire(steps.world.origin, "studente-1", Grant(Role.STUDENT, VALDOMBRA))
    first = visit.get(PEOPLE).text
    assert "studente-1" not in first
    following = re.search(r'href="([^"]*dopo=[^"]*)"', first)
    assert following is not None
    second = visit.get(following.group(1).replace("&amp;", "&")).text
    assert "persona54" in second
    assert "persona00" not in second
    found = visit.get(f"{PEOPLE}?nome=sona07").text
    assert ("persona07" in found, "persona08" in found) == (True, False)
    assert "studente-1" in visit.get(f"{PEOPLE}?ruolo=student").text


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.APPROVER, Role.AUDITOR])
def test_nobody_but_administrators_comes_here(steps: Steps, role: Role) -> None:
    hire(steps.world.origin, "ada", Grant(role, VALDOMBRA))
    assert known(steps, "ada").get(PEOPLE).status_code == 403


def test_a_demanded_second_factor_stands_before_the_people_too(steps: Steps) -> None:
    steps.world.origin.store.save_university(replace(ORIGIN, second_factor=True))
    assert chief(steps).get(PEOPLE, follow=False).location == "/profilo/secondo-fattore"


def test_every_act_is_in_the_log(steps: Steps) -> None:
    visit = chief(steps)
    add(visit, "link")
    person = page_of(kept(steps, "nuova"))
    visit.post(f"{person}/spegni", page=person)
    log = visit.get(f"/ateneo/{VALDOMBRA}/amministrazione/registro").text
    for words in ("persona aggiunta", "account spento", "nuova", "capo", "accesso"):
        assert words in log
