"""`python -m services.contracts.college`: checks profiles; shows what is in force on a day, and what changes between two (`make profile`)."""

import datetime as dt
import sys
from typing import Any

import click

from services.contracts.college import College, CollegeOnDay, ProfileError, load_college
from services.contracts.college.history import SectionOnDay, between, on_day, values

PROFILE = click.option(
    "--profile",
    envvar="COLLEGE_PROFILE",
    required=True,
    type=click.Path(exists=True, file_okay=False),
    help="The folder of the profile; COLLEGE_PROFILE unless given.",
)


class Day(click.ParamType):
    """A day of the calendar."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """Reads it. Fails with what to write for anything else."""
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day of the calendar: write year, month and day, as in 2027-04-01", param, ctx)


EXAMPLES = """\b
make profile ARGS="on 2027-04-01"
make profile ARGS="on 2027-04-01 categories"
make profile ARGS="between 2024-01-01 2027-04-01"
make profile ARGS="check deploy/colleges/*"
"""


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXAMPLES)
def main() -> None:
    """Looks at the profiles of colleges: checks them, and tells what of one is in force when."""


@main.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False))
def check(folders: tuple[str, ...]) -> None:
    """Checks profiles: sums each up, or tells every fault with its file and line, and then exits 1."""
    faulty = False
    for folder in folders:
        try:
            click.echo(summary(load_college(folder)))
        except ProfileError as error:
            faulty = True
            _tell(folder, error)
    sys.exit(1 if faulty else 0)


@main.command()
@click.argument("day", type=Day())
@click.argument("section", required=False)
@PROFILE
def on(day: dt.date, section: str | None, profile: str) -> None:
    """Shows what is in force on a DAY: each section and from which day, or every value of one SECTION."""
    college = _loaded(profile)
    found = on_day(college, day)
    if section is None:
        click.echo(f"{college.code} on {day}, {_last_change(college, day)}")
        for one in found:
            click.echo(f"  {one.section:<50} {_since(one)}")
        return
    wanted = next((one for one in found if one.section == section), None)
    if wanted is None:
        raise click.BadParameter(f"there is no section {section!r}: one of {', '.join(college.sections)}")
    click.echo(f"{section} on {day}: {_since(wanted)}")
    for path, value in values(wanted.value):
        click.echo(f"  {path}: {_in_lines(value)}")


@main.command("between")
@click.argument("first", type=Day())
@click.argument("second", type=Day())
@PROFILE
def changes_between(first: dt.date, second: dt.date, profile: str) -> None:
    """Shows what changes from the FIRST day to the SECOND: what is added (+), gone (-) and otherwise (~), each value under its path."""
    if second < first:
        raise click.BadParameter(f"{second} is before {first}: give the earlier day first")
    college = _loaded(profile)
    changed = between(college, first, second)
    if not changed:
        click.echo(f"{college.code}: nothing changes from {first} to {second}")
    for section, changes in changed.items():
        click.echo(f"{section} ({len(changes)})")
        for change in changes:
            click.echo(f"  {_in_lines(str(change))}")


def summary(college: College) -> str:
    """What a profile holds as it was written last, in a few lines, and the days on which it changes."""
    last: CollegeOnDay = college.history[-1]
    entry = ", ".join(category.code for category in last.entry_categories)
    versions = ", ".join(str(version.effective_from) for version in college.fees.versions)
    assumed = [amount.fee for amount in college.fees.versions[-1].amounts if amount.assumed]
    return "\n".join(
        [
            f"{college.code}: {last.name.en} / {last.name.fr}",
            f"  changes on    {', '.join(map(str, college.turning_days)) or 'no day'}",
            f"  categories    {len(last.categories)} (open to applicants: {entry})",
            f"  fees          {len(college.fees.fees)} from {versions}; assumed in the last: {', '.join(assumed) or 'none'}",
            f"  requirements  {len(last.requirements)} over {len(last.routes)} routes",
            f"  form          {len(last.form.pages)} pages, {len(list(last.form.fields))} fields",
            f"  review        {len(last.review.checklist)} checks, {len(last.review.refusal_reasons)} reasons for refusal",
            f"  mails         {len(last.mails)}: {', '.join(sorted(last.mails))}",
        ]
    )


def _loaded(folder: str) -> College:
    try:
        return load_college(folder)
    except ProfileError as error:
        _tell(folder, error)
        sys.exit(1)


def _tell(folder: str, error: ProfileError) -> None:
    click.echo(str(error), err=True)
    click.echo(f"{folder}: {len(error.problems)} problem(s)", err=True)


def _last_change(college: College, day: dt.date) -> str:
    days = [turn for turn in college.turning_days if turn <= day]
    return f"as since {days[-1]}" if days else "before any change of a section"


def _since(one: SectionOnDay) -> str:
    if one.since is None:
        return "always"
    return f"assumed: the first that is known, from {one.since}" if one.assumed else f"from {one.since}"


def _in_lines(text: str) -> str:
    return text.replace("\n", "\n      ")


if __name__ == "__main__":
    main(prog_name="python -m services.contracts.college")
