"""Accounts and providers of identities by command."""

from contextlib import closing

from gateway.bootstrap import Installation
from gateway.demo.people import numbered
from gateway.settings import Settings
from tests.support.cli import DONE, REFUSED, Office
from tests.support.cli_english import English

NEW = "quattro pesci rossi nel lago"


def test_the_first_administrator_is_added_with_a_password_shown_once(empty: Office) -> None:
    added = empty.done("account", "add", "Radice", "--role", "system")
    assert added["username"] == "radice"
    assert len(added["password"]) >= 12
    shown = empty.done("account", "show", "radice")
    assert shown["must_change"] is True
    assert shown["roles"] == ["system"]
    assert added["password"] not in str(shown)


def test_an_operator_belongs_to_a_university_and_perhaps_a_faculty(office: Office) -> None:
    given = ("account", "add", "ada", "--role", "operator", "--faculty", "ING", "--password", "-")
    office.ask(*given, stdin=NEW + "\n")
    assert office.done("account", "show", "ada")["roles"] == ["operator@91/ING"]


def test_roles_are_given_and_taken(office: Office) -> None:
    office.done("account", "add", "ada", "--role", "operator")
    office.done("account", "grant", "ada", "--role", "approver")
    left = office.done("account", "revoke", "ada", "--role", "operator")
    assert left["roles"] == ["approver@91"]
    listed = office.done("account", "list", "--role", "approver")
    assert [row["username"] for row in listed] == ["ada"]
    assert office.done("account", "list", "--role", "auditor") == []


def test_an_account_is_switched_off_and_on(office: Office) -> None:
    office.done("account", "add", "ada", "--role", "operator")
    assert office.done("account", "disable", "ada")["active"] is False
    assert office.done("account", "enable", "ada")["active"] is True


def test_password_wait_and_sessions_of_somebody_are_seen_to(office: Office) -> None:
    office.done("account", "add", "ada", "--role", "operator")
    assert office.done("account", "password", "ada", "--reset-second-factor")["password"]
    assert office.done("account", "unlock", "ada")["username"] == "ada"
    assert office.done("account", "sessions", "ada", "--end") == []


def test_a_weak_password_is_refused_and_nobody_is_added(office: Office) -> None:
    refused = office.refused("account", "add", "ada", "--role", "operator", "--password", "breve")
    assert refused == ["parameter_invalid"]
    assert office.done("account", "list") == []


def test_a_name_that_nobody_has_is_told(office: Office) -> None:
    for command in ("show", "disable", "enable", "unlock", "sessions", "password"):
        said = office.say("account", command, "nessuno")
        assert "nessun account ha questo nome" in said.out


def test_a_name_can_be_taken_once(office: Office) -> None:
    office.done("account", "add", "ada", "--role", "operator")
    assert office.refused("account", "add", "ADA", "--role", "auditor") == ["already_exists"]


def test_a_student_needs_a_codice_fiscale_which_is_not_told_again(office: Office) -> None:
    student = ("account", "add", "ada", "--role", "student")
    assert "non vede domande" in office.say(*student).out
    assert office.refused(*student) == ["parameter_invalid"]
    code = numbered(1).codice_fiscale
    wrong = office.say(*student, "--codice-fiscale", code[:-1] + "1")
    assert (wrong.status, code[:-1] in wrong.out + wrong.err) == (REFUSED, False)
    assert office.refused(*student[:-1], "auditor", "--cf", code) == ["parameter_invalid"]
    assert office.done("account", "list") == []
    added = office.ask(*student, "--codice-fiscale", "-", stdin=f"{code.lower()}\n")
    assert added.status == DONE
    shown = office.ask("account", "show", "ada")
    assert shown.data["roles"] == ["student@91"]
    assert code not in added.out + added.err + shown.out
    again = office.say("account", "add", "eva", "--role", "student", "--cf", code)
    assert (again.status, code in again.out + again.err) == (REFUSED, False)


def test_who_has_no_codice_fiscale_is_not_made_a_student(office: Office) -> None:
    office.done("account", "add", "ada", "--role", "operator")
    assert office.refused("account", "grant", "ada", "--role", "student") == ["parameter_invalid"]


def test_who_signs_in_elsewhere_gets_no_password(office: Office) -> None:
    words = ("account", "add", "ada", "--role", "operator", "--subject", "oidc:idp:1")
    assert "password" not in office.done(*words)


def test_a_provider_is_kept_listed_and_removed(office: Office) -> None:
    words = ("provider", "set", "idp", "--issuer", "https://idp.example", "--client-id", "congedo")
    more = ("--label", "Credenziali", "--client-secret", "-", "--students-of", "91")
    kept = office.ask(*words, *more, stdin="segreto\n").data
    assert (kept["issuer"], kept["students_of"]) == ("https://idp.example", "91")
    assert "segreto" not in str(office.done("provider", "list"))
    office.done("provider", "remove", "idp")
    assert office.done("provider", "list") == []
    assert office.refused("provider", "remove", "idp") == ["parameter_invalid"]


def test_our_secret_with_a_provider_stays_until_it_is_changed_or_removed(office: Office) -> None:
    words = ("provider", "set", "idp", "--issuer", "https://idp.example", "--client-id", "congedo")
    words = (*words, "--label", "Credenziali")

    def kept() -> str:
        with closing(Installation(Settings(home=office.home))) as installation:
            found = installation.store.identity_providers.get("idp")
            assert found is not None
            return found.client_secret

    assert office.done(*words)["client_secret_set"] is False
    assert office.ask(*words, "--client-secret", "-", stdin="segreto\n").status == DONE
    again = office.done(*words, "--inactive")
    assert (again["client_secret_set"], again["active"], kept()) == (True, False, "segreto")
    for refused in (
        ("--client-secret", ""),
        ("--client-secret", "nuovo", "--drop-client-secret"),
        ("--issuer", "https://altro.example"),
    ):
        assert office.refused(*words, *refused) == ["parameter_invalid"]
        assert kept() == "segreto"
    office.done(*words, "--issuer", "https://altro.example", "--client-secret", "nuovo")
    assert kept() == "nuovo"
    assert office.done(*words, "--drop-client-secret")["client_secret_set"] is False
    assert kept() == ""


def test_a_provider_in_clear_or_with_a_bad_name_is_refused(office: Office) -> None:
    rest = ("--client-id", "c", "--label", "x")
    plain = ("provider", "set", "idp", "--issuer", "http://idp.example", *rest)
    assert office.refused(*plain) == ["parameter_invalid"]
    named = ("provider", "set", "un nome", "--issuer", "https://idp.example", *rest)
    assert office.refused(*named) == ["parameter_invalid"]


def test_a_university_demands_the_second_factor(office: Office) -> None:
    assert office.done("university", "set", "--second-factor")["second_factor"] is True
    assert office.done("university", "set", "--no-second-factor")["second_factor"] is False


def test_the_commands_speak_english(english: English, office: Office) -> None:
    office.done("account", "add", "ada", "--role", "operator")
    assert "user name" in english.say(office, "account", "list").out
