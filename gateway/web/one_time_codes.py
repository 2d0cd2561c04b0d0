"""One-time codes of authenticators (TOTP, RFC 6238), and the picture that hands a secret over."""

import io
from datetime import datetime

import pyotp
import segno

STEP_SECONDS = 30
_AROUND = (0, -1, 1)
"""Steps beside the present one whose code is taken: clocks differ."""


def new_secret() -> str:
    """Return a secret of 160 bits in base 32."""
    return str(pyotp.random_base32())


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step whose code this is, ``None`` if it is none around now."""
    digits = "".join(code.split())
    if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):  # noqa: PLR2004
        return None
    present = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    for around in _AROUND:
        step = present + around
        if pyotp.utils.strings_equal(digits, totp.generate_otp(step)):
            return step
    return None


def picture(secret: str, username: str, issuer: str) -> bytes:
    """Return the QR code of a secret as an SVG document."""
    address = pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=issuer)
    written = io.BytesIO()
    segno.make(address, error="m").save(written, kind="svg", scale=6, border=4, light="#fff")
    return written.getvalue()
