"""Calling a partner to see whether it answers (T2), in words."""

from gateway.cli.context import Session
from gateway.cli.language import LANGUAGE
from gateway.domain.partners import Partner, University
from gateway.texts.machine import trouble as in_words
from gateway.usecases import partners


def probe(work: Session, hosted: University, partner: Partner) -> tuple[bool, str]:
    """Return whether a partner answers T2, and what it said; its terms are kept."""
    found = partners.probe(hosted.code, partner, desk=work.installation.desk())
    if found.outcome is not None:
        return found.reached, f"{found.outcome.code}: {found.outcome.description}"
    if work.output.as_json:
        return False, f"{found.trouble}: {found.detail}"
    return False, in_words(found.trouble, found.detail, LANGUAGE)
