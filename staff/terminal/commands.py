"""How commands are declared and described in both languages, and how a run of one ends: its exit code and its last words."""

import sys
from collections.abc import Callable, Sequence
from typing import Any

import click

from services.common.kernel.text import LANGUAGES, Text
from services.common.kernel.version import version
from staff.terminal.context import Context
from staff.terminal.exit_codes import USAGE, end_of, usage_words
from staff.terminal.texts import say

PROGRAM = "python -m staff"


def language_of(ctx: click.Context) -> str:
    """The language that this run speaks."""
    context: Context = ctx.obj
    return context.language


class StaffOption(click.Option):
    """An option described in both languages."""

    def __init__(self, *args: Any, words: Text, value: Text | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words, self.value = words, value

    def make_metavar(self, ctx: click.Context) -> str:
        """Names what the option takes."""
        return self.value.in_(language_of(ctx)) if self.value else super().make_metavar(ctx)

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option's line in the help."""
        record = super().get_help_record(ctx)
        return record and (record[0], self.words.in_(language_of(ctx)))


class StaffArgument(click.Argument):
    """An argument named in both languages."""

    def __init__(self, *args: Any, words: Text, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = words

    def make_metavar(self, ctx: click.Context) -> str:
        """Names what the argument takes."""
        return self.words.in_(language_of(ctx))


def _show_help(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        click.echo(ctx.get_help())
        ctx.exit()


def _show_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        click.echo(version())
        ctx.exit()


def _common_options() -> list[click.Parameter]:
    def into_desk(ctx: click.Context, param: click.Parameter, value: Any) -> None:
        if value:
            setattr(ctx.obj, str(param.name), value)

    return [
        StaffOption(
            ["--language"],
            type=click.Choice(LANGUAGES),
            expose_value=False,  # the context has read it already: help and faults are told in it too
            words=Text("The language of all words shown.", "La langue de tout ce qui est affiché."),
        ),
        StaffOption(
            ["--json", "as_json"],
            is_flag=True,
            expose_value=False,
            callback=into_desk,
            words=Text("Print JSON, for other programs.", "Afficher du JSON, pour d’autres programmes."),
        ),
        StaffOption(
            ["--amqp-uri"],
            expose_value=False,
            callback=into_desk,
            value=Text("ADDRESS", "ADRESSE"),
            words=Text(
                "The broker’s address; else the variable AMQP_URI.",
                "L’adresse du courtier; sinon la variable AMQP_URI.",
            ),
        ),
        StaffOption(
            ["--help"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_show_help,
            words=Text("Show this help.", "Afficher cette aide."),
        ),
    ]


def _version_option() -> click.Parameter:
    return StaffOption(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_show_version,
        words=Text("Show which version this is.", "Afficher de quelle version il s’agit."),
    )


class _Described:
    words: Text
    examples: tuple[str | Text, ...]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes how the command is called."""
        pieces = " ".join(self.collect_usage_pieces(ctx))  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, pieces, prefix=say("usage", language_of(ctx)) + " ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes what the command does, with examples."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(self.words.in_(language_of(ctx)))
        with formatter.section(say("examples", language_of(ctx))):
            for example in self.examples:
                line = example.in_(language_of(ctx)) if isinstance(example, Text) else example
                formatter.write(f"{'':>{formatter.current_indent}}{PROGRAM} {line}\n")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes a line for each option; those of a group are followed by its commands."""
        options = (parameter for parameter in self.params if isinstance(parameter, StaffOption))  # type: ignore[attr-defined]
        records = [option.get_help_record(ctx) for option in options]
        with formatter.section(say("options", language_of(ctx))):
            formatter.write_dl([record for record in records if record])
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)


class StaffCommand(_Described, click.Command):
    """A command described in both languages, with examples; it has the options that all commands have."""

    def __init__(self, name: str, *, words: Text, examples: Sequence[str | Text], **kwargs: Any) -> None:
        super().__init__(name, add_help_option=False, **kwargs)
        self.words, self.examples = words, tuple(examples)
        self.params += _common_options()


class StaffGroup(_Described, click.Group):
    """All commands. Every run of one ends here, with exit code 0, 1 (refused), 2 (wrong usage) or 3 (system not reachable)."""

    def __init__(self, name: str, *, words: Text, examples: Sequence[str | Text]) -> None:
        super().__init__(name, add_help_option=False, invoke_without_command=True, callback=_help_if_alone)
        self.words, self.examples = words, tuple(examples)
        self.params += [*_common_options(), _version_option()]

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """How the group is called."""
        return ["[OPTIONS]", say("command-and-arguments", language_of(ctx))]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes one line for each command."""
        language = language_of(ctx)
        rows = [(name, command.words.in_(language).split("\n")[0]) for name, command in self.commands.items()]  # type: ignore[attr-defined]
        with formatter.section(say("commands", language)):
            formatter.write_dl(rows)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of the work, not of the alphabet."""
        return list(self.commands)

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> Any:  # type: ignore[override]
        """Runs one command line and exits with its code."""
        arguments = list(sys.argv[1:] if args is None else args)
        context = Context(arguments)
        try:
            code = super().main(arguments, prog_name or PROGRAM, standalone_mode=False, obj=context)
        except click.UsageError as error:
            if error.ctx is not None:
                click.echo(error.ctx.get_usage(), err=True)
            click.echo(usage_words(error, context.language), err=True)
            code = USAGE
        except Exception as error:
            code = end_of(error, context)
        finally:
            context.close()
        sys.exit(code if isinstance(code, int) else 0)


@click.pass_context
def _help_if_alone(ctx: click.Context) -> None:
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def command(name: str, words: Text, *examples: str | Text) -> Callable[[Callable], StaffCommand]:
    """Declares a command; its function gets the context, and then its own options and arguments."""
    return lambda function: click.command(name, cls=StaffCommand, words=words, examples=examples)(click.pass_obj(function))


def option(*names: str, words: Text, **kwargs: Any) -> Callable[[Callable], Callable]:
    """Declares an option of a command."""
    return click.option(*names, cls=StaffOption, words=words, **kwargs)


def argument(name: str, words: Text, **kwargs: Any) -> Callable[[Callable], Callable]:
    """Declares an argument of a command."""
    return click.argument(name, cls=StaffArgument, words=words, **kwargs)


def paged(function: Callable) -> Callable:
    """Adds the options of a command that lists a page at a time."""
    limit = option(
        "--limit",
        type=click.IntRange(1, 100),
        default=20,
        value=Text("N", "N"),
        words=Text("How many rows, at most 100; 20 unless asked.", "Combien de lignes, au plus 100; 20 par défaut."),
    )
    cursor = option(
        "--cursor",
        value=Text("CURSOR", "CURSEUR"),
        words=Text("Where to go on, as the page before told.", "Où continuer, selon la page précédente."),
    )
    return limit(cursor(function))
