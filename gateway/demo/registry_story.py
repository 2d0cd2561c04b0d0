"""The titles of the demonstration's student, and the installation that plays the registry."""

from gateway.demo.papers import DESTINATION
from gateway.demo.people import FIORELLA
from gateway.demo.story import SECRET, Stage
from gateway.texts import Language
from gateway.texts.fields import label, word

MINISTRY = "99"
_DEGREES = """\
CodiceFiscale;CodiceAteneo;NazioneConseguimento;ClasseTitolo;TipoTitolo;DataConseguimento;\
AnnoAccademico;Voto
{person};093;;10010;LT;15/07/2025;2024;110L
"""
_DIPLOMAS = """\
CodiceFiscale;CodiceScuola;VotoDiploma;TipoTitoloDiploma;AnnoConseguimento
{person};1234567;92;1002;2022
"""
"""The degree is as declared; the diploma has two points less."""


def set_up_registry(stage: Stage) -> None:
    """Make the registry, with the student's titles, and let the destination know it."""
    ministry, files = stage.registry, stage.folder / "registro"
    files.mkdir(exist_ok=True)
    stage.at(ministry, "init")
    stage.at(
        ministry, "university", "add", MINISTRY, "--name", "Ministero di prova",
        "--prefix", "MINIST",
    )  # fmt: skip
    stage.at(
        ministry, "partner", "add", DESTINATION, "--name", "Politecnico di Montelago",
        "--username-in", f"ateneo-{DESTINATION}", "--password-in", SECRET, "--lookups",
    )  # fmt: skip
    for name, text in (("lauree.csv", _DEGREES), ("diplomi.csv", _DIPLOMAS)):
        file = files / name
        file.write_text(text.format(person=FIORELLA.codice_fiscale), "utf-8")
        stage.at(ministry, "title", "import", str(file))
    stage.at(
        stage.destination, "registry", "set", "--name", "Ministero di prova",
        "--titles-url", f"{ministry.address}/soap/ans/titoli",
        "--diplomas-url", f"{ministry.address}/soap/ans/diplomi",
        "--username", f"ateneo-{DESTINATION}", "--password", SECRET,
    )  # fmt: skip


def titles_while_down(stage: Stage, practice: str) -> None:
    """The registry does not answer: the transfer goes on, and nothing is said of the titles."""
    shown = stage.wait(
        stage.destination,
        ("transfer", "received", "show", practice),
        lambda data: data["titles_verified"] == ["could_not_ask 2"],
    )
    stage.tell(
        "Titoli dichiarati: il registro non risponde, il trasferimento prosegue",
        "Declared titles: the registry does not answer, the transfer goes on",
        f"non interrogabile, si richiede da sé alle {shown['titles_next_at'][11:19]} UTC",
    )


def titles_once_back(stage: Stage, practice: str) -> None:
    """The registry is back: an office has the titles asked for, the job does the rest."""
    received = ("transfer", "received")
    stage.at(stage.destination, *received, "verify-titles", practice)
    stage.wait(
        stage.destination,
        (*received, "show", practice),
        lambda data: data["titles_state"] == "ended",
    )
    rows = stage.at(stage.destination, *received, "titles", practice)
    lines: list[str] = []
    for row in rows:
        lines.append(f"{row['name']}: {word(row['verdict'], Language.ITALIAN)}")
        lines += [
            f"  {label(item['field'], Language.ITALIAN)}: dichiarato {item['declared']},"
            f" nel registro {item['registry']}"
            for item in row["fields"]
            if item["agreement"] == "different"
        ]
    asked = stage.at(stage.destination, "registry", "queries", "--reference", practice)
    lines.append(f"{len(asked)} domande nel registro delle domande, ciascuna con il suo scopo")
    stage.tell(
        "Il registro è tornato: titoli verificati, le differenze campo per campo",
        "The registry is back: titles verified, differences field by field",
        "\n".join(lines),
    )
