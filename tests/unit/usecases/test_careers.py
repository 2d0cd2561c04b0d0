"""Careers brought in by the office: kept, replaced, the same again, refused."""

from collections.abc import Iterable, Iterator

import pytest

from gateway.domain.careers import PreparedCareer
from gateway.domain.rejections import Cause, Reason
from gateway.domain.terms import ADMINISTRATIVE, Section
from gateway.usecases import careers
from gateway.usecases.careers import Brought, BroughtFile, PreparedFile
from tests.support.clock import START
from tests.support.fakes import FakeDocuments
from tests.support.fakes_careers import FakeComposer
from tests.support.fakes_samples import ALL, OFFICE, foglio, refused, student
from tests.support.fakes_store import FakeUnitOfWork

pytestmark = pytest.mark.requirement("T18")

ONE = b"career:1"
NOBODYS = Reason(Cause.CODICE_FISCALE_INVALID, "FoglioCongedo/CodiceFiscale")
ODD = Reason(Cause.VALUES_DISAGREE, "FoglioCongedo/Voto", {"why": "passed_without_grade"})


class Desk:
    """Valdombra's office with files to bring in."""

    def __init__(self, uow: FakeUnitOfWork, documents: FakeDocuments) -> None:
        self.uow, self.documents = uow, documents
        self.composer = FakeComposer(documents)
        documents.know(ONE, foglio())

    def bring(self, *files: PreparedFile) -> list[BroughtFile]:
        return self.bring_from(files)

    def bring_from(self, files: Iterable[PreparedFile]) -> list[BroughtFile]:
        return careers.bring(
            files,
            OFFICE,
            uow=self.uow,
            documents=self.documents,
            composer=self.composer,
            now=START,
        )

    def kept(self) -> PreparedCareer | None:
        return self.uow.careers.get(student().codice_fiscale)


@pytest.fixture
def desk(origin_uow: FakeUnitOfWork, documents: FakeDocuments) -> Desk:
    return Desk(origin_uow, documents)


def test_a_career_is_kept_without_its_request(desk: Desk) -> None:
    (told,) = desk.bring(PreparedFile("a.xml", b"origin:91:" + ONE))
    assert (told.name, told.result, told.reasons) == ("a.xml", Brought.NEW, ())
    kept = desk.kept()
    assert kept is not None
    assert kept.content == ONE
    assert kept.sections == ALL - {Section.TRASFERIMENTO}
    assert (kept.imported_at, kept.imported_by) == (START, OFFICE.name)


def test_the_same_again_changes_nothing_and_another_takes_its_place(desk: Desk) -> None:
    desk.bring(PreparedFile("a", ONE))
    (same,) = desk.bring(PreparedFile("b", ONE))
    assert same.result is Brought.SAME
    desk.documents.know(b"career:2", foglio(ADMINISTRATIVE))
    (replaced,) = desk.bring(PreparedFile("c", b"career:2"))
    assert replaced.result is Brought.REPLACED
    assert desk.uow.careers.count() == 1


def test_a_file_that_cannot_be_taken_hinders_no_other(desk: Desk) -> None:
    told = desk.bring(
        PreparedFile("zip", reasons=(ODD,)),
        PreparedFile("broken", b"career:unknown"),
        PreparedFile("foreign", b"origin:093:" + ONE),
        PreparedFile("nothing", b"?"),
        PreparedFile("good", ONE),
    )
    assert [item.result for item in told] == [Brought.REFUSED] * 4 + [Brought.NEW]
    assert [item.reasons[0].cause for item in told[:4]] == [
        Cause.VALUES_DISAGREE,
        Cause.NOT_A_DOCUMENT,
        Cause.ORIGIN_DIFFERS,
        Cause.NOT_A_DOCUMENT,
    ]


def test_odd_contents_are_told_and_kept_but_a_wrong_code_is_nobodys(desk: Desk) -> None:
    desk.documents.know(ONE, foglio(), faults=(ODD,))
    (told,) = desk.bring(PreparedFile("a", ONE))
    assert (told.result, told.reasons) == (Brought.NEW, (ODD,))
    desk.documents.know(b"career:2", foglio(), faults=(NOBODYS,))
    (told,) = desk.bring(PreparedFile("b", b"career:2"))
    assert (told.result, told.reasons) == (Brought.REFUSED, (NOBODYS,))


def test_of_each_file_some_reasons_are_told_and_the_others_counted(desk: Desk) -> None:
    many = [Reason(Cause.VALUES_DISAGREE, f"FoglioCongedo/Voto[{n}]") for n in range(100)]
    desk.documents.know(ONE, foglio(), faults=many)
    whole, few = desk.bring(PreparedFile("a", ONE), PreparedFile("b", reasons=(ODD,)))
    assert (whole.reasons, whole.untold) == (tuple(many[:40]), 60)
    assert (few.reasons, few.untold) == ((ODD,), 0)


def test_files_are_taken_one_at_a_time(desk: Desk) -> None:
    def asked_for() -> Iterator[PreparedFile]:
        yield PreparedFile("a", ONE)
        assert desk.kept() is not None
        yield PreparedFile("b", ONE)

    told = desk.bring_from(asked_for())
    assert [item.result for item in told] == [Brought.NEW, Brought.SAME]


def test_a_career_is_looked_at_as_a_whole_document_and_removed(desk: Desk) -> None:
    desk.bring(PreparedFile("a", ONE))
    kept = desk.kept()
    assert kept is not None
    made = careers.preview(kept, uow=desk.uow, composer=desk.composer, now=START)
    assert desk.documents.read(made).sections == ALL
    careers.remove(kept.number, uow=desk.uow)
    assert desk.kept() is None
    with refused(Cause.CAREER_NOT_FOUND):
        careers.remove(kept.number, uow=desk.uow)
