"""References that people read aloud and type: a prefix, a number and a check character, so that a slip is told from a stranger's."""

from dataclasses import dataclass

from stdnum.exceptions import ValidationError as CheckFailed
from stdnum.iso7064 import mod_11_10, mod_37_36


class InvalidReference(ValueError):
    """The text is not a reference of this kind, or its check character does not fit (a slip of the keyboard)."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """How one kind of reference is written: `A-0001234-K`, or digits only where `prefix` is empty (`10007`, its last digit the check)."""

    prefix: str
    width: int = 7

    def make(self, number: int) -> str:
        """Writes the reference of a running number; raises InvalidReference for a number below one."""
        if number < 1:
            raise InvalidReference(f"{number} is not a running number")
        digits = str(number).zfill(self.width)
        if not self.prefix:
            return digits + mod_11_10.calc_check_digit(digits)
        return f"{self.prefix}-{digits}-{mod_37_36.calc_check_digit(self.prefix + digits)}"

    def read(self, text: str) -> str:
        """Gives the reference in its one written form, whatever the case, spaces or dashes; raises InvalidReference."""
        plain = "".join(character for character in text.upper() if character.isalnum())
        try:
            if not self.prefix:
                return mod_11_10.validate(plain)
            mod_37_36.validate(plain)
        except CheckFailed as error:
            raise InvalidReference(text) from error
        digits = plain[len(self.prefix) : -1]
        if not plain.startswith(self.prefix) or not digits.isdigit() or len(digits) < self.width:
            raise InvalidReference(text)
        return f"{self.prefix}-{digits}-{plain[-1]}"
