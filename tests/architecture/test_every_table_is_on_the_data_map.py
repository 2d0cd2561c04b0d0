"""No table and no column holds anything of a person without being on the map of personal data."""

from collections import Counter

import pytest
import sqlalchemy as sa

from gateway.domain.retention import TERMS, Kept
from gateway.texts.personal_data import HOLDINGS as TEXTS
from gateway.texts.personal_data import KINDS
from storage.data_map import HOLDINGS
from storage.holdings import Erased, Found
from storage.tables import metadata
from tests.architecture.repository import ROOT
from tests.documents.data_map import HEADINGS, table_of_data, table_of_terms

ABOUT_STUDENTS = {name: item for name, item in HOLDINGS.items() if item.found is not Found.NOBODY}
SECRETS_OF_PARTNERS = {
    ("partners", "password_out_sealed"),
    ("partners", "security_sealed"),
    ("identity_providers", "secret_sealed"),
    ("registries", "password_sealed"),
    ("connectors", "secret_sealed"),
    ("registries", "security_sealed"),
}


def test_every_table_is_on_the_map_and_no_other() -> None:
    assert set(HOLDINGS) == set(metadata.tables)
    assert all(item.table is metadata.tables[name] for name, item in HOLDINGS.items())


@pytest.mark.parametrize("name", HOLDINGS)
def test_every_column_stands_in_one_group_of_the_map(name: str) -> None:
    on_the_map = Counter(HOLDINGS[name].columns)
    assert on_the_map == Counter(metadata.tables[name].columns.keys())


@pytest.mark.parametrize("name", HOLDINGS)
def test_what_is_sealed_is_personal(name: str) -> None:
    """Nobody seals what is nobody's; the secrets of partners are the exception."""
    sealed = {column for column in HOLDINGS[name].columns if column.endswith("_sealed")}
    secrets = {column for table, column in SECRETS_OF_PARTNERS if table == name}
    assert sealed - secrets <= set(HOLDINGS[name].personal.split())


@pytest.mark.parametrize("name", HOLDINGS)
def test_what_finds_a_person_is_personal(name: str) -> None:
    for column in HOLDINGS[name].columns:
        if column in ("student_index", "matricola", "subject") and name != "alarms":
            assert column in HOLDINGS[name].personal.split()


@pytest.mark.parametrize("name", ABOUT_STUDENTS)
def test_rows_about_a_person_can_be_found(name: str) -> None:
    item = HOLDINGS[name]
    wanted = {
        Found.INDEX: {item.index_column},
        Found.PRACTICE: {"side", "partner", "id_pratica"},
        Found.MESSAGE: {"partner", "id_pratica", "student_index"},
        Found.DRAFT: {"id"},
        Found.ALARM: {"id", "subject"},
        Found.RECEIVED: {"origin", "id_pratica"},
        Found.TITLE: {"params"},
        Found.ACCOUNT: {item.index_column},
        Found.GRANT: {"account_id"},
        Found.DEED: {"account_id"},
    }
    owner = set() if item.found is Found.ACCOUNT else {"university"}
    assert owner | wanted[item.found] <= set(item.table.columns.keys())


@pytest.mark.parametrize("name", ABOUT_STUDENTS)
def test_the_words_of_the_map_are_columns(name: str) -> None:
    item = HOLDINGS[name]
    columns = item.table.columns
    for words in (item.withheld, item.documents, item.emptied):
        assert set(words.split()) <= set(columns.keys())
    assert set(item.documents.split()) <= set(item.personal.split())
    assert all(columns[column].nullable for column in item.emptied.split())
    assert bool(item.emptied) == (item.erased is Erased.EMPTIED)


def test_what_stays_after_an_erasure_says_nothing_but_numbers_and_that_it_was_done() -> None:
    staying = {name for name, item in ABOUT_STUDENTS.items() if item.erased is Erased.STAYS}
    assert staying == {"register_entries", "accesses"}
    assert ABOUT_STUDENTS["register_entries"].personal == "number"


def test_every_table_about_students_is_in_the_copy() -> None:
    assert [name for name, item in ABOUT_STUDENTS.items() if not item.exported] == []


def test_every_table_about_students_is_put_into_words() -> None:
    assert set(TEXTS) == set(ABOUT_STUDENTS)
    for text in TEXTS.values():
        for said in (text.what, text.why):
            assert said.it.strip()
            assert said.en.strip()
            assert said.it != said.en


def test_every_kind_with_a_term_clears_some_table_and_has_a_name() -> None:
    assert {kept for item in HOLDINGS.values() for kept in item.terms} == set(Kept) == set(TERMS)
    assert set(KINDS) == {kept.value for kept in Kept}


@pytest.mark.parametrize("language", HEADINGS)
def test_the_tables_of_the_document_are_those_of_the_map(language: str) -> None:
    written = (ROOT / "docs" / "security-and-privacy.md").read_text("utf-8")
    assert table_of_data(language) in written, table_of_data(language)
    assert table_of_terms(language) in written, table_of_terms(language)


def test_a_table_that_is_not_on_the_map_is_noticed() -> None:
    """The guard itself: it would see a table of a colleague's."""
    stranger = sa.Table("strangers", sa.MetaData(), sa.Column("name_sealed", sa.LargeBinary))
    assert set(HOLDINGS) != {*metadata.tables, stranger.name}
