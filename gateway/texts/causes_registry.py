"""What refusals about the registry of titles say, in both languages, and who acts."""

from gateway.domain.rejections import Cause

REGISTRY: dict[Cause, tuple[str, str, str, str, str]] = {
    Cause.REGISTRY_MISSING: (
        "nessun registro dei titoli in uso",
        "no registry of titles in use",
        "Registrarlo o riattivarlo (congedo registry set).",
        "Register it or put it back in use (congedo registry set).",
        "ADMINISTRATOR",
    ),
    Cause.VERIFICATION_NOT_FOUND: (
        "nessuna verifica dei titoli per questa pratica",
        "no verification of titles for this practice",
        "Chiederla (congedo transfer received verify-titles).",
        "Ask for it (congedo transfer received verify-titles).",
        "OFFICE",
    ),
}
