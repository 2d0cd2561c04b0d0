"""A partner's proofs, certificates and limits, by the command."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.certificates import (
    CLIENT,
    SERVER,
    Identity,
    encrypted_key,
    make,
    small_rsa_key,
)
from tests.support.cli import DONE, UNUSABLE, Office
from tests.support.cli_english import English
from tests.support.ports import free_port

NOW = datetime.now(UTC)
FIELDS = {
    "code", "proofs", "keys", "subjects", "token_password_set", "signers", "sign_answers",
    "proofs_out", "certificate_out", "token_username_out", "token_password_out_set",
    "signing_certificate", "answer_signers", "server_authorities", "server_keys", "per_minute",
    "burst", "concurrent", "body_kb",
}  # fmt: skip
SECURITY = ("partner", "security", "92")
OWN = make("congedo.montelago.example", purposes=(CLIENT,))
RENEWED = make("congedo.montelago.example", purposes=(CLIENT,))
AUTHORITY = make("Autorita", authority=True)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with certificates and keys, good and bad."""
    folder = tmp_path / "files"
    now, day = NOW, timedelta(days=1)
    made: dict[str, Identity] = {
        "own": OWN,
        "renewed": RENEWED,
        "authority": AUTHORITY,
        "server": make("server", purposes=(SERVER,)),
        "expired": make("x", begins=now - 9 * day, ends=now - day),
        "small": make("x", key=small_rsa_key()),
        "ending": make("x", ends=now + 9 * day),
    }
    for name, identity in made.items():
        identity.write(folder, name)
    (folder / "locked.key").write_text(encrypted_key(OWN), "ascii")
    (folder / "nonsense.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n", "ascii")
    (folder / "binary.pem").write_bytes(OWN.der)
    return folder


def test_without_options_the_security_is_shown_and_nothing_changed(office: Office) -> None:
    shown = office.done(*SECURITY)
    assert set(shown) == FIELDS
    assert (shown["proofs"], shown["proofs_out"]) == (["basic"], ["basic"])
    assert (shown["keys"], shown["certificate_out"]) == ([], None)
    assert (shown["per_minute"], shown["burst"], shown["concurrent"]) == (600, 200, 8)
    whole = office.done("partner", "show", "92")
    assert {name: whole[name] for name in FIELDS} == shown


def test_a_certificate_is_demanded_pinned_and_renewed_with_overlap(
    office: Office, files: Path
) -> None:
    shown = office.done(
        *SECURITY, "--proof", "basic", "--proof", "certificate", "--certificate",
        str(files / "own.pem"),
    )  # fmt: skip
    assert shown["proofs"] == ["basic", "certificate"]
    (pin,) = shown["keys"]
    assert pin["sha256"] == OWN.pin.sha256
    assert pin["until"] is None
    assert pin["certificate_ends"] == (NOW + timedelta(days=365)).date().isoformat()
    office.done(*SECURITY, "--pin", f"{OWN.pin.sha256}:2099-12-31")
    both = office.done(*SECURITY, "--certificate", str(files / "renewed.pem"))["keys"]
    assert [pin["until"] for pin in both] == ["2099-12-31", None]
    assert both[0]["certificate_ends"] == pin["certificate_ends"]  # the certificate stayed
    (left,) = office.done(*SECURITY, "--drop-pin", OWN.pin.sha256[:8])["keys"]
    assert left["sha256"] == RENEWED.pin.sha256


def test_the_last_pin_of_a_partner_that_must_show_a_certificate_stays(
    office: Office, files: Path
) -> None:
    office.done(*SECURITY, "--proof", "certificate", "--certificate", str(files / "own.pem"))
    before = office.done(*SECURITY)
    assert office.refused(*SECURITY, "--drop-pin", OWN.pin.sha256) == ["parameter_invalid"]
    assert "resterebbe fuori" in office.say(*SECURITY, "--drop-pin", OWN.pin.sha256).out
    assert office.done(*SECURITY) == before


def test_a_fingerprint_may_have_colons_and_capitals(office: Office) -> None:
    digits = hashlib.sha256(b"chiave").hexdigest()
    colons = ":".join(digits[n : n + 2] for n in range(0, 64, 2)).upper()
    shown = office.done(*SECURITY, "--pin", colons, "--until", "2099-01-01")
    assert shown["keys"] == [{"sha256": digits, "until": "2099-01-01", "certificate_ends": None}]


def test_an_authority_certifies_subjects(office: Office, files: Path) -> None:
    subject = "CN=servizi.montelago.example,O=Montelago"
    words = ("--authority", str(files / "authority.pem"), "--subject", subject)
    shown = office.done(*SECURITY, *words, "--proof", "certificate")
    (pin,) = shown["subjects"]
    assert (pin["subject"], pin["authority"]) == (subject, AUTHORITY.subject)
    dropped = office.done(*SECURITY, "--drop-subject", subject, "--proof", "basic")
    assert dropped["subjects"] == []


def test_what_we_show_is_kept_and_its_key_never_printed(office: Office, files: Path) -> None:
    words = (
        "--client-certificate", str(files / "own.pem"), "--client-key", str(files / "own.key"),
        "--proof-out", "basic", "--proof-out", "certificate", "--proof-out", "signature",
        "--signing-certificate", str(files / "renewed.pem"),
        "--signing-key", str(files / "renewed.key"), "--sign-answers",
        "--server-authorities", str(files / "authority.pem"),
        "--server-pin", str(files / "server.pem"), "--server-pin", "ab" * 32,
        "--answer-signer", str(files / "renewed.pem"),
    )  # fmt: skip
    said = office.ask(*SECURITY, *words)
    assert said.status == DONE, said
    shown = said.data
    assert shown["proofs_out"] == ["basic", "certificate", "signature"]
    assert shown["certificate_out"]["sha256"] == OWN.pin.sha256
    assert shown["signing_certificate"]["subject"] == RENEWED.subject
    assert shown["sign_answers"] is True
    assert shown["server_authorities"] == [AUTHORITY.subject]
    assert [pin["sha256"] for pin in shown["server_keys"]][1] == "ab" * 32
    assert [pin["sha256"] for pin in shown["answer_signers"]] == [RENEWED.pin.sha256]
    for told in (said, office.say(*SECURITY), office.say("partner", "show", "92")):
        assert "PRIVATE" not in told.out
        assert OWN.key.splitlines()[1] not in told.out
    assert office.done(*SECURITY, "--public-authorities")["server_authorities"] == []


def test_keys_and_passwords_are_sealed_in_the_database(office: Office, files: Path) -> None:
    words = ("--client-certificate", str(files / "own.pem"), "--client-key", str(files / "own.key"))
    office.done(*SECURITY, *words, "--token-password", "segreta-in", "--token-password-out", "out")
    kept = b"".join(file.read_bytes() for file in office.home.glob("congedo.db*"))
    assert OWN.key.splitlines()[1].encode() not in kept
    assert b"segreta-in" not in kept


def test_token_passwords_are_read_from_standard_input_and_never_shown(office: Office) -> None:
    words = (
        "--token-password", "-", "--token-password-out", "-", "--token-username-out", "noi",
        "--proof", "username_token", "--proof-out", "username_token",
    )  # fmt: skip
    said = office.say("--json", *SECURITY, *words, stdin="prima-segreta\nseconda-segreta\n")
    assert said.status == DONE
    assert (said.data["token_password_set"], said.data["token_password_out_set"]) == (True, True)
    assert "segreta" not in said.out + said.err + office.say(*SECURITY).out


def test_limits_are_changed_where_given(office: Office) -> None:
    shown = office.done(*SECURITY, "--per-minute", "60", "--burst", "20", "--body-kb", "512")
    expected = {"per_minute": 60, "burst": 20, "concurrent": 8, "body_kb": 512}
    assert {name: shown[name] for name in expected} == expected
    assert office.refused(*SECURITY, "--burst", "7") == ["parameter_invalid"]


REFUSED = {
    "a proof without a pin": (("--proof", "certificate"), "resterebbe fuori"),
    "a token without a password": (("--proof", "username_token"), "password dello UsernameToken"),
    "a signature without a signer": (("--proof", "signature"), "chiave di firma"),
    "answers without a key": (("--sign-answers",), "firmare le risposte"),
    "no certificate of ours": (("--proof-out", "certificate"), "manca il nostro certificato"),
    "no signing key of ours": (("--proof-out", "signature"), "la chiave con cui firmiamo"),
    "no token of ours": (("--proof-out", "username_token"), "nostro UsernameToken"),
    "expired": (("--certificate", "expired.pem"), "è scaduto"),
    "small key": (("--certificate", "small.pem"), "troppo piccola"),
    "for servers": (("--certificate", "server.pem"), "clientAuth"),
    "a key for a certificate": (("--certificate", "own.key"), "non è un certificato"),
    "nonsense": (("--certificate", "nonsense.pem"), "non è un certificato"),
    "binary": (("--certificate", "binary.pem"), "non è un certificato"),
    "a fingerprint of SHA-1": (("--pin", "ab" * 20), "64 cifre"),
    "a day that is none": (("--pin", "ab" * 32 + ":2099-02-30"), "64 cifre"),
    "a day that is past": (("--pin", "ab" * 32 + ":2020-01-01"), "già passato"),
    "until the past": (("--pin", "ab" * 32, "--until", "2020-01-01"), "già passato"),
    "a pin that is not there": (("--drop-pin", "ab" * 32), "non c'è"),
    "a subject that is not there": (("--drop-subject", "CN=x"), "non c'è"),
    "a leaf as authority": (("--authority", "own.pem", "--subject", "CN=x"), "non è di un'autor"),
    "a subject without authority": (("--subject", "CN=x"), "vanno insieme"),
    "an authority without subject": (("--authority", "authority.pem"), "vanno insieme"),
    "no subject": (("--authority", "authority.pem", "--subject", "x"), "RFC 4514"),
    "another's key": (
        ("--client-certificate", "own.pem", "--client-key", "renewed.key"),
        "non sono una coppia",
    ),
    "a locked key": (
        ("--client-certificate", "own.pem", "--client-key", "locked.key"),
        "vuole una password",
    ),
    "a certificate for a key": (
        ("--client-certificate", "own.pem", "--client-key", "own.pem"),
        "non è una chiave privata",
    ),
    "half a pair": (("--client-certificate", "own.pem"), "vanno insieme"),
    "half a signing pair": (("--signing-key", "own.key"), "vanno insieme"),
    "our own expired": (
        ("--client-certificate", "expired.pem", "--client-key", "expired.key"),
        "è scaduto",
    ),
    "expired authorities": (("--server-authorities", "expired.pem"), "è scaduto"),
    "authorities that are none": (("--server-authorities", "own.key"), "non è un certificato"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_makes_no_sense_is_refused_with_its_reason(
    office: Office, files: Path, name: str
) -> None:
    words, told = REFUSED[name]
    line = [str(files / word) if word.endswith((".pem", ".key")) else word for word in words]
    before = office.done(*SECURITY)
    assert office.refused(*SECURITY, *line) == ["parameter_invalid"]
    said = office.say(*SECURITY, *line).out
    assert told in " ".join(said.split())
    assert OWN.key.splitlines()[1] not in said
    assert office.done(*SECURITY) == before


def test_a_file_that_is_not_there_is_named(office: Office, files: Path) -> None:
    said = office.say(*SECURITY, "--certificate", str(files / "manca.pem"))
    assert said.status == UNUSABLE
    assert "manca.pem" in said.err


def test_two_partners_share_no_key(office: Office, files: Path) -> None:
    office.done("partner", "add", "93", "--name", "Roccasole")
    office.done(*SECURITY, "--certificate", str(files / "own.pem"))
    words = ("partner", "security", "93", "--certificate", str(files / "own.pem"))
    assert office.refused(*words) == ["parameter_invalid"]
    assert "partner 92" in office.say(*words).out


def test_an_unknown_partner_has_no_security(office: Office) -> None:
    assert office.refused("partner", "security", "99") == ["partner_unknown"]


def test_security_is_told_in_words(office: Office, files: Path, english: English) -> None:
    words = ("--proof", "certificate", "--certificate", str(files / "own.pem"))
    told = office.say(*SECURITY, *words).out
    assert "deve mostrare" in told
    assert "certificato TLS" in told
    assert "fino al" in told
    assert "must show" in english.say(office, *SECURITY).out


def test_the_doctor_warns_of_what_ends_within_thirty_days(office: Office, files: Path) -> None:
    def findings() -> dict[str, str]:
        rows = office.ask("doctor", "--no-partners").data
        return {row["what"]: row["detail"] for row in rows if row["result"] == "warning"}

    assert not [what for what in findings() if what.startswith("certificates")]
    office.done(*SECURITY, "--proof", "certificate", "--certificate", str(files / "ending.pem"))
    assert "sue chiavi" in findings()["certificates 91 → 92"]
    office.done(*SECURITY, "--certificate", str(files / "own.pem"))
    assert "certificates 91 → 92" not in findings()


def test_the_doctor_watches_the_certificate_we_serve_with(office: Office, files: Path) -> None:
    def listener(name: str) -> str:
        settings = "\n".join(
            f'{key} = "{files / file}"'
            for key, file in (("tls_certificate", f"{name}.pem"), ("tls_key", f"{name}.key"))
        )
        (office.home / "congedo.toml").write_text(settings, "utf-8")
        rows = office.ask("doctor", "--no-partners").data
        (found,) = (row["result"] for row in rows if row["what"] == "listener")
        return str(found)

    assert (listener("own"), listener("ending")) == ("ok", "warning")


def test_half_a_tls_listener_is_no_setting(office: Office, files: Path) -> None:
    (office.home / "congedo.toml").write_text(f'tls_certificate = "{files / "own.pem"}"', "utf-8")
    said = office.say("doctor")
    assert said.status == UNUSABLE
    assert "tls_key" in said.out + said.err


def listening_with(office: Office, files: Path, certificate: str, key: str) -> None:
    named = f'tls_certificate = "{files / certificate}"\ntls_key = "{files / key}"'
    (office.home / "congedo.toml").write_text(f"{named}\nport = {free_port()}\n", "utf-8")


def test_behind_a_proxy_there_is_no_tls_of_our_own(office: Office, files: Path) -> None:
    listening_with(office, files, "own.pem", "own.key")
    said = office.say("serve", "--behind-proxy")
    assert said.status == UNUSABLE
    assert "tls_certificate" in said.err


@pytest.mark.parametrize("key", ["renewed.key", "locked.key", "manca.key", "own.pem"])
def test_a_listener_that_could_not_serve_does_not_start(
    office: Office, files: Path, key: str
) -> None:
    listening_with(office, files, "own.pem", key)
    said = office.say("serve")
    assert said.status == UNUSABLE
    assert "Traceback" not in said.err
