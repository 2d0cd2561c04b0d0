"""Whatever is said is said in Italian and in English, with the same blanks, all of them filled."""

import ast
import re
from collections.abc import Iterator
from string import Formatter

import pytest

from gateway.domain.attachments import AttachmentState
from gateway.domain.deliveries import DeliveryKind, DeliveryState, Side, Trouble
from gateway.domain.messages import ExchangeResult
from gateway.domain.partners import CheckKind
from gateway.domain.rejections import Cause
from gateway.texts import Language, Text
from gateway.texts.causes import CHECKS, TEXTS, WHYS
from gateway.texts.fields import CODED, FIELDS, VALUES
from gateway.texts.roles import ACTIONS
from gateway.web.acts import ACTS
from tests.architecture.repository import calls, literal, modules

TABLES = {
    **{f"sentence {cause}": known.sentence for cause, known in TEXTS.items()},
    **{f"remedy {cause}": known.remedy for cause, known in TEXTS.items()},
    **{f"why {key}": text for key, text in WHYS.items()},
    **{f"check {key}": text for key, text in CHECKS.items()},
    **{f"field {key}": text for key, text in FIELDS.items()},
    **{f"value {key}": text for key, text in VALUES.items()},
}


def blanks(template: str) -> set[str]:
    """Return the names that a template wants filled in."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def spoken() -> Iterator[tuple[str, str, str, ast.Call]]:
    """Return every pair of sentences that the code spells out, with the call that says it."""
    for name, tree in modules("gateway").items():
        for call in calls(tree, "say", "done", "Text"):
            pair = [literal(argument) for argument in call.args[:2]]
            if len(pair) == len(Language) and None not in pair:
                yield f"{name}:{call.lineno}", str(pair[0]), str(pair[1]), call


@pytest.mark.parametrize("name", TABLES)
def test_every_text_of_the_tables_has_both_languages_and_the_same_blanks(name: str) -> None:
    text: Text = TABLES[name]
    assert text.it.strip()
    assert text.en.strip()
    assert blanks(text.it) == blanks(text.en)


def test_every_sentence_of_the_commands_has_the_same_blanks_in_both_languages() -> None:
    pairs = list(spoken())
    assert len(pairs) > 100
    assert [place for place, it, en, _ in pairs if blanks(it) != blanks(en)] == []
    assert [place for place, it, en, _ in pairs if bool(it.strip()) != bool(en.strip())] == []


def test_every_blank_of_the_commands_is_filled() -> None:
    left = [
        place
        for place, it, _, call in spoken()
        if getattr(call.func, "id", "") != "Text"
        and all(keyword.arg for keyword in call.keywords)
        and not blanks(it) <= {keyword.arg for keyword in call.keywords}
    ]
    assert left == []


def refusals() -> Iterator[tuple[str, Cause, set[str]]]:
    """Return every refusal that the code spells out: where, why, and what it fills in."""
    for name, tree in modules("gateway", "storage").items():
        for call in calls(tree, "refuse", "Reason"):
            cause = call.args[0] if call.args else None
            if not (isinstance(cause, ast.Attribute) and cause.attr in Cause.__members__):
                continue
            params = {keyword.arg for keyword in call.keywords} - {"path"}
            if None in params:
                continue
            if getattr(call.func, "id", "") == "Reason":
                given = [*call.args[2:3], *(k.value for k in call.keywords if k.arg == "params")]
                if given and not isinstance(given[0], ast.Dict):
                    continue
                params = {literal(key) for node in given for key in node.keys if key}  # type: ignore[attr-defined]
            yield f"{name}:{call.lineno}", Cause[cause.attr], {str(item) for item in params}


def test_refusals_are_found_in_the_code() -> None:
    assert len(list(refusals())) > 40


@pytest.mark.parametrize("cause", Cause)
def test_every_refusal_fills_the_blanks_of_its_sentence(cause: Cause) -> None:
    wanted = blanks(TEXTS[cause].sentence.it)
    assert [place for place, why, params in refusals() if why is cause and wanted - params] == []


def test_remedies_have_no_blanks() -> None:
    assert [cause for cause, known in TEXTS.items() if blanks(known.remedy.it)] == []


@pytest.mark.parametrize(
    "words", [AttachmentState, DeliveryKind, DeliveryState, ExchangeResult, Side, Trouble]
)
def test_every_word_of_ours_that_people_see_is_translated(words: type) -> None:
    assert {word.value for word in words if word.value} <= set(VALUES)  # type: ignore[attr-defined]


def test_every_check_has_its_words() -> None:
    assert set(CHECKS) == set(CheckKind)


def test_every_coded_field_is_a_field() -> None:
    assert set(FIELDS) >= CODED


NOTING = ("note", "note_of", "_note", "_do", "_act", "_on_parked", "_Leaf")
"""What the functions are called that take the name of an action for the log of the pages."""
NOTED_IN = ("gateway/web/", "gateway/usecases/signing_in.py", "gateway/cli/accounts.py")
MANY = 60
_ACTION = re.compile(r"[a-z]+(_[a-z]+)*")


def noted_actions() -> set[str]:
    """Return the names of actions that the program writes into the log."""
    arguments = (
        argument
        for name, tree in modules("gateway").items()
        if name.startswith(NOTED_IN)
        for call in calls(tree, *NOTING)
        for argument in call.args
    )
    literals = (
        part
        for argument in arguments
        for part in (
            (argument.body, argument.orelse) if isinstance(argument, ast.IfExp) else (argument,)
        )
    )
    found = (literal(part) for part in literals)
    return {name for name in found if name and _ACTION.fullmatch(name)}


def test_every_action_of_the_log_has_its_words() -> None:
    parts = {"verifiche", "allegati", "titoli", "consegne"}  # of the page of a practice
    assert noted_actions() - parts - set(ACTIONS) == set()
    assert len(noted_actions()) > MANY
    assert {act.event.value for act in ACTS.values()} <= set(VALUES)


def test_no_words_are_kept_for_an_action_that_nobody_notes() -> None:
    made = {"bulk_process", "bulk_status", "link_given"}  # from what a button says
    assert set(ACTIONS) - noted_actions() - made == set()
