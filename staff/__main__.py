"""`python -m staff`: the college's work from the command line, over the broker."""

import warnings

warnings.filterwarnings("ignore", message=r"(?s).*Eventlet is deprecated.*")
warnings.filterwarnings("ignore", message="pkg_resources is deprecated")

import eventlet  # noqa: E402

eventlet.monkey_patch()

import logging  # noqa: E402

import structlog  # noqa: E402

from services.common.kernel.text import Text  # noqa: E402
from staff.commands import (  # noqa: E402
    access_requests,
    applications,
    audit,
    certificates,
    dead_letters,
    holds,
    members,
    messages,
    migrated,
    payment_notices,
    payments,
    people,
    programs,
    registrants,
    security,
    signing_in,
    steps,
    time_limits,
)
from staff.terminal.commands import StaffGroup  # noqa: E402

staff = StaffGroup(
    "staff",
    words=Text(
        "The college’s work from the command line. Exit codes: 0 done, 1 refused, 2 wrong usage, 3 the system cannot be reached.",
        "Le travail de l’Ordre en ligne de commande. Codes de sortie : 0 fait, 1 refusé, 2 mauvais emploi, 3 système inaccessible.",
    ),
    examples=("sign-in registrar@college.test", "queue --state submitted", "show APP-000017-B", "approve APP-000017-B"),
)
for subcommand in (
    *signing_in.COMMANDS,
    *applications.COMMANDS,
    *steps.COMMANDS,
    *time_limits.COMMANDS,
    *registrants.COMMANDS,
    *payments.COMMANDS,
    *payment_notices.COMMANDS,
    *certificates.COMMANDS,
    *messages.COMMANDS,
    *dead_letters.COMMANDS,
    *security.COMMANDS,
    *audit.COMMANDS,
    *people.COMMANDS,
    *access_requests.COMMANDS,
    *members.COMMANDS,
    *migrated.COMMANDS,
    *programs.COMMANDS,
    *holds.COMMANDS,
):
    staff.add_command(subcommand)


def main() -> None:
    """Runs one command line. The floor's own log lines stay out of what people and programs read here."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    staff()


if __name__ == "__main__":
    main()
