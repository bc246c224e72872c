"""Codes of an authenticator app (TOTP, RFC 6238): six digits that change every thirty seconds; each works once."""

from datetime import datetime

import pyotp
import segno

STEP_S = 30
_WINDOW = (-1, 0, 1)  # steps: a telephone's clock may be half a minute off


def new_secret() -> str:
    """Makes the secret that the app and we share: 160 bits, as people type it."""
    return pyotp.random_base32()


def address(secret: str, login: str, issuer: str) -> str:
    """Gives the address (`otpauth:`) from which an app learns the secret, and whose it is."""
    return pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=login, issuer_name=issuer)


def qr_code(otpauth: str) -> str:
    """Draws the address for the app's camera, as SVG."""
    return segno.make_qr(otpauth).svg_inline(scale=4, light="white")


def step_of(secret: str, code: str, now: datetime, after: int | None) -> int | None:
    """Gives the time step that the code belongs to, or nothing for a wrong one.

    A step at or before `after`, the last one that was accepted, is not accepted again: whoever looked over a shoulder comes too late.
    """
    plain, this_step = "".join(code.split()), int(now.timestamp()) // STEP_S
    app = pyotp.TOTP(secret, interval=STEP_S)
    steps = [this_step + offset for offset in _WINDOW if after is None or this_step + offset > after]
    fitting = [step for step in steps if pyotp.utils.strings_equal(plain, app.generate_otp(step))]
    return fitting[-1] if fitting else None
