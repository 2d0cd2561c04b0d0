"""Refusals carry every reason, and no value."""

from gateway.domain.rejections import Cause, Reason, Rejection, refuse


def test_a_refusal_names_every_cause_and_place_and_no_value() -> None:
    refusal = Rejection(
        [
            Reason(Cause.SECTION_MISSING, "FoglioCongedo", {"section": "CarrieraUniversitaria"}),
            Reason(Cause.CREDENTIALS_WRONG),
        ]
    )
    assert str(refusal) == "section_missing FoglioCongedo, credentials_wrong"


def test_a_refusal_for_one_cause_carries_what_its_sentence_needs() -> None:
    refusal = refuse(Cause.OFFER_NOT_PUBLISHED, "Anno", year="2026")
    assert refusal.reasons == (Reason(Cause.OFFER_NOT_PUBLISHED, "Anno", {"year": "2026"}),)
