"""What refusals by the university's own systems say: register, student file, mail server."""

from gateway.domain.rejections import Cause

SYSTEMS: dict[Cause, tuple[str, str, str, str, str]] = {
    Cause.SYSTEM_UNAVAILABLE: (
        "il sistema «{system}» dell'ateneo non è disponibile ({trouble}): nulla è stato cambiato",
        "the university's system “{system}” is not available ({trouble}): nothing was changed",
        "Riprovare più tardi; se continua, verificare il collegamento (congedo connector test).",
        "Try again later; if it goes on, check the connection (congedo connector test).",
        "ADMINISTRATOR",
    ),
    Cause.MAIL_NOT_SENT: (
        "il server di posta non ha preso il messaggio ({trouble})",
        "the mail server did not take the mail ({trouble})",
        "Verificare le impostazioni CONGEDO_SMTP_… e riprovare.",
        "Check the settings CONGEDO_SMTP_… and try again.",
        "ADMINISTRATOR",
    ),
}
