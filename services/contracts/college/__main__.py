"""`python -m services.contracts.college FOLDER…` checks profiles: prints a summary of each, or every fault, and then exits 1."""

import sys

import click

from services.contracts.college import College, ProfileError, load_college


def summary(college: College) -> str:
    """What a profile holds, in a few lines."""
    fields = list(college.form.fields)
    entry = ", ".join(category.code for category in college.entry_categories)
    versions = ", ".join(str(version.effective_from) for version in college.fees.versions)
    assumed = [amount.fee for amount in college.fees.versions[-1].amounts if amount.assumed]
    return "\n".join(
        [
            f"{college.code}: {college.name.en} / {college.name.fr}",
            f"  categories    {len(college.categories)} (open to applicants: {entry})",
            f"  fees          {len(college.fees.fees)} from {versions}; assumed in the last: {', '.join(assumed) or 'none'}",
            f"  requirements  {len(college.requirements)} over {len(college.routes)} routes",
            f"  form          {len(college.form.pages)} pages, {len(fields)} fields",
            f"  review        {len(college.review.checklist)} checks, {len(college.review.refusal_reasons)} reasons for refusal",
            f"  mails         {len(college.mails)}: {', '.join(sorted(college.mails))}",
        ]
    )


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False))
def main(folders: tuple[str, ...]) -> None:
    """Checks college profiles."""
    faulty = False
    for folder in folders:
        try:
            click.echo(summary(load_college(folder)))
        except ProfileError as error:
            faulty = True
            click.echo(str(error), err=True)
            click.echo(f"{folder}: {len(error.problems)} problem(s)", err=True)
    sys.exit(1 if faulty else 0)


if __name__ == "__main__":
    main(prog_name="python -m services.contracts.college")
