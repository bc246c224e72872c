"""What browsers and password managers may fill in: the person's own data, by the tokens of HTML (WCAG 1.3.5)."""

from services.contracts.college import ApplicationForm

_OF_AN_ADDRESS = {"postal_code": "postal-code", "province": "address-level1", "country": "country"}
_LINES_OF_AN_ADDRESS = ("street-address", "address-level2")  # of the parts that are plain text, in their order
_OF_ROLES = {
    "first_name": "given-name",
    "middle_names": "additional-name",
    "last_name": "family-name",
    "commonly_used_name": "nickname",
    "date_of_birth": "bday",
    "phone": "tel",
}


def tokens(form: ApplicationForm) -> dict[str, str]:
    """Gives the token of each field of the form that asks for something of the person's own, by the field's code."""
    found = {getattr(form.roles, role): token for role, token in _OF_ROLES.items()}
    lines = iter(_LINES_OF_AN_ADDRESS)
    for code in form.roles.home_address:
        kind = form.field(code).type
        found[code] = _OF_AN_ADDRESS[kind] if kind in _OF_AN_ADDRESS else next(lines, "off")
    return {code: token for code, token in found.items() if code}
