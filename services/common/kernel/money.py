"""Money: integer cents with an explicit currency; never a float, not even in a report."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_currency, format_decimal, get_currency_name

LOCALES = {"en": "en_CA", "fr": "fr_CA"}


class CurrencyMismatch(ArithmeticError):
    """Two amounts of different currencies were added or compared."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in cents of one currency."""

    cents: int
    currency: str = "CAD"

    def __post_init__(self) -> None:
        if not isinstance(self.cents, int) or isinstance(self.cents, bool):
            raise TypeError(f"cents are a whole number, not {self.cents!r}")

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.cents + other.cents, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.cents - other.cents, self.currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")

    @property
    def amount(self) -> str:
        """The amount as a decimal string with two places, as JSON carries it: `146.90`."""
        return str(Decimal(self.cents).scaleb(-2).quantize(Decimal("0.01")))

    @classmethod
    def parse(cls, amount: str, currency: str = "CAD") -> "Money":
        """Reads a decimal string of at most two places; raises ValueError for anything else."""
        try:
            cents = Decimal(amount).scaleb(2)
        except ArithmeticError as error:
            raise ValueError(f"{amount!r} is not an amount") from error
        if not cents.is_finite() or cents != cents.to_integral_value():
            raise ValueError(f"{amount!r} is not an amount in whole cents")
        return cls(int(cents), currency)


def currency_name(currency: str, language: str) -> str:
    """Gives what amounts are in, as in “Canadian dollars”."""
    return get_currency_name(currency, count=2, locale=LOCALES[language])


def written_number(number: float, language: str, grouped: bool = True) -> str:
    """Writes a number that is no money as people read it: `1,250.5`, `1 250,5`; without groups as they type it."""
    return format_decimal(number, locale=LOCALES.get(language, "en_CA"), group_separator=grouped)


def tax_on(amount: Money, basis_points: int) -> Money:
    """Gives the tax on `amount` at a rate in hundredths of a percent, rounded half up to the cent (R8: 130.00 at 13 % -> 16.90)."""
    cents = (Decimal(amount.cents) * basis_points / 10_000).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return Money(int(cents), amount.currency)


def total(amounts: list[Money], currency: str = "CAD") -> Money:
    """Adds amounts of one currency; nothing adds up to zero."""
    return sum(amounts, Money(0, currency))


def written(amount: Money, language: str) -> str:
    """Writes an amount the way the person's language does: `$146.90`, `146,90 $`."""
    return format_currency(Decimal(amount.amount), amount.currency, locale=LOCALES.get(language, "en_CA"))
