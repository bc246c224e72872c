"""References that people read aloud and type: a prefix, a number and a check character, so that a slip is told from a stranger's."""

from dataclasses import dataclass

from stdnum.exceptions import ValidationError as CheckFailed
from stdnum.iso7064 import mod_11_10, mod_37_36

# On paper and on a screen one is taken for the other.
_ALIKE = str.maketrans("OIL", "011")


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
        """Gives the reference in its one written form, whatever the case, spaces or dashes; raises InvalidReference.

        A letter typed for the digit that it looks like, or a digit for the letter, is what was meant: `…-1` for `…-I`, O for 0. The price:
        where the check character is one of those (one reference in seven), one wrong digit in twenty is not noticed.
        """
        plain = "".join(character for character in text.upper() if character.isalnum())
        alike = plain.translate(_ALIKE)
        try:
            if not self.prefix:
                # A name may be all of such letters: what is mostly letters is no number.
                return mod_11_10.validate(alike if 2 * sum(map(str.isdigit, plain)) > len(plain) else plain)
            prefix, digits, typed = alike[: len(self.prefix)], alike[len(self.prefix) : -1], alike[-1:]
            check = mod_37_36.calc_check_digit(self.prefix + digits)
        except (CheckFailed, ValueError) as error:  # some character is of no such alphabet
            raise InvalidReference(text) from error
        if prefix != self.prefix.translate(_ALIKE) or typed != check.translate(_ALIKE):
            raise InvalidReference(text)
        if not digits.isdigit() or len(digits) < self.width:
            raise InvalidReference(text)
        return f"{self.prefix}-{digits}-{check}"
