"""The fees in force today (R8)."""

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.kit.page import render
from services.common.kernel.clock import local_date, now
from services.common.kernel.money import Money, tax_on
from services.contracts.college import CollegeOnDay, FeeNotInForce
from services.contracts.college.fees import Fee


@dataclass(frozen=True)
class ShownFee:
    """A fee as it is shown: before tax, the tax, and both together."""

    fee: Fee
    amount: Money
    tax: Money

    @property
    def total(self) -> Money:
        """What is paid."""
        return self.amount + self.tax


def fees(context: Context) -> Response:
    """Shows what each thing costs today, with tax."""
    today = local_date(now(), context.college.time_zone.key)
    return render(context, "public/fees.html", fees=in_force(context.college, today), today=today)


def in_force(college: CollegeOnDay, day: dt.date) -> list[ShownFee]:
    """Gives the fees in force on a day, in the profile's order."""
    found = []
    for kind in college.fees.fees:
        with suppress(FeeNotInForce):
            found.append(shown(college, college.fees.fee(kind.code, day)))
    return found


def shown(college: CollegeOnDay, fee: Fee) -> ShownFee:
    """Gives a fee with its tax."""
    amount = Money(fee.amount_cents, college.currency)
    return ShownFee(fee, amount, tax_on(amount, fee.tax.rate_basis_points))
