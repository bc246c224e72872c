"""What is due and why: fees of the day with their taxes, rounded to the cent (R8). Pure rules, no database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from services.common.kernel.clock import local_date
from services.common.kernel.money import Money, tax_on, total
from services.common.kernel.text import Text
from services.contracts.college import College, Fee
from services.contracts.college.charges import Charge


@dataclass(frozen=True, slots=True)
class DueLine:
    """One fee and the tax on it."""

    fee: str
    description: Text
    amount: Money
    tax_code: str
    tax: Money


@dataclass(frozen=True, slots=True)
class DueTax:
    """One tax at one rate, over all lines that bear it."""

    code: str
    name: Text
    rate_basis_points: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Due:
    """All that one invoice asks for."""

    lines: tuple[DueLine, ...]
    taxes: tuple[DueTax, ...]
    subtotal: Money
    total: Money


def due(fees: Iterable[Fee], currency: str) -> Due:
    """Gives lines, taxes and sums for these fees.

    Each line's tax is rounded half up to the cent; a tax's amount is the sum over its lines, so that the invoice adds up
    however it is read (R8: 130.00 -> 146.90).
    """
    lines: list[DueLine] = []
    taxes: dict[tuple[str, int], DueTax] = {}
    for fee in fees:
        amount = Money(fee.amount_cents, currency)
        tax = tax_on(amount, fee.tax.rate_basis_points)
        lines.append(DueLine(fee.code, fee.name, amount, fee.tax.code, tax))
        key = (fee.tax.code, fee.tax.rate_basis_points)
        so_far = taxes[key].amount if key in taxes else Money(0, currency)
        taxes[key] = DueTax(fee.tax.code, fee.tax.name, fee.tax.rate_basis_points, so_far + tax)
    subtotal = total([line.amount for line in lines], currency)
    return Due(tuple(lines), tuple(taxes.values()), subtotal, subtotal + total([tax.amount for tax in taxes.values()], currency))


def charge_due(college: College, charge: Charge, category: str, at: datetime) -> Due:
    """Gives what a charge costs somebody of `category` on the college's calendar day of what caused it (F20, R8).

    Raises NotInProfile and FeeNotInForce when the profile cannot say: a person must complete it.
    """
    return due(college.fees_of(charge, category, college_day(college, at)), college.currency)


def college_day(college: College, instant: datetime) -> date:
    """Gives the college's calendar day of an instant."""
    return local_date(instant, college.time_zone.key)
