"""References that people read aloud and type: a prefix, a number and a check character, so that a slip is told from a stranger's."""

from dataclasses import dataclass

from stdnum.exceptions import ValidationError as CheckFailed
from stdnum.iso7064 import mod_11_10, mod_37_36

# On paper and on a screen one is taken for the other.
_ALIKE = str.maketrans("OIL", "011")
# More that are mixed up by hand. Only who looks for something may mean either: where a reference lets somebody in or is acted on, a check
# character that looks like the right one may be the right one of a number with a slip in it.
_NEARLY_ALIKE = str.maketrans("OILSZB", "011528")


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
        plain = _plain(text)
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

    def meant(self, text: str) -> list[str]:
        """Gives the references that a part of one may stand for: its number, with or without prefix, zeros and check character.

        Signs that look alike are taken for one another. None fits what is no part of one, two at most what can be read in two ways.
        """
        body = _plain(text).removeprefix(self.prefix)
        number, check = body[:-1].translate(_NEARLY_ALIKE), body[-1:]
        found = []
        if _is_number(number + check) and (len(body) <= self.width or not number.startswith("0")):
            found.append(self._made(number + check))
        if _is_number(number) and (len(body) > self.width or check.isalpha()):
            whole = self._made(number)
            found += [whole] if whole and _alike(whole[-1], check) else []
        return [reading for reading in dict.fromkeys(found) if reading]

    def _made(self, digits: str) -> str:
        return self.make(int(digits)) if int(digits) else ""


def _plain(text: str) -> str:
    return "".join(character for character in text.upper() if character.isalnum())


def _is_number(digits: str) -> bool:
    return digits.isascii() and digits.isdigit()


def _alike(one: str, other: str) -> bool:
    return one.translate(_NEARLY_ALIKE) == other.translate(_NEARLY_ALIKE)
