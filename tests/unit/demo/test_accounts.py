"""Who works at the pages of the demonstration."""

from stdnum.it import codicefiscale

from gateway.demo.accounts import NEWCOMER, UNIVERSITIES, seats_at
from gateway.domain.accounts import EVERYWHERE, Role
from gateway.domain.identifiers import MiurCode


def test_every_role_has_somebody_at_the_origin() -> None:
    assert {seat.role for seat in seats_at(UNIVERSITIES[0])} == set(Role)


def test_only_students_are_missing_at_the_destination() -> None:
    there = {seat.role for seat in seats_at(UNIVERSITIES[1])}
    assert there == set(Role) - {Role.STUDENT}


def test_each_has_a_role_where_they_sit_and_the_keeper_everywhere() -> None:
    for university in UNIVERSITIES:
        for seat in seats_at(university):
            (grant,) = seat.account(university, "").grants
            wanted = EVERYWHERE if seat.role is Role.SYSTEM else MiurCode(university)
            assert (grant.role, grant.university) == (seat.role, wanted)
            assert seat.what.it
            assert seat.what.en


def test_only_students_have_a_codice_fiscale_and_it_belongs_to_nobody() -> None:
    for university in UNIVERSITIES:
        for seat in seats_at(university):
            account = seat.account(university, "")
            assert (account.codice_fiscale is not None) is (seat.role is Role.STUDENT)
    assert NEWCOMER.codice_fiscale[11] == "Q"
    assert (
        codicefiscale.calc_check_digit(NEWCOMER.codice_fiscale[:-1]) == NEWCOMER.codice_fiscale[-1]
    )
