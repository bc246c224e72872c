"""A span: a stretch of work in a trace. The one here measures nothing; `trace_export.py` has the one that does."""

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Literal

PARENT = "traceparent"
ROOT = ""  # a parent that there is not
Kind = Literal["server", "client", "consumer", "internal"]


class Span(AbstractContextManager["Span"]):
    """A stretch of work; this one is not measured, because traces are off."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        """Ends it."""

    def rename(self, name: str) -> None:
        """Names it by what is known only now."""

    def tell(self, **values: str | int) -> None:
        """Adds what became of it, under `college.<name>`; never anything of a person."""

    def fail(self, code: str) -> None:
        """Marks it as failed, by the error's code."""
