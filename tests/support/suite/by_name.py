"""Tests that take minutes or a machine of their own: run only when their folder is asked for by name."""

from collections.abc import Callable, MutableSequence

import pytest


def leave_out(
    config: pytest.Config,
    items: MutableSequence[pytest.Item],
    folder: str,
    stays: Callable[[pytest.Item], bool] = lambda _: False,
) -> None:
    """Takes the tests of `tests/<folder>` out of a run that does not name the folder, apart from those that stay in any case."""
    if named(config, folder):
        return
    left_out = [item for item in items if f"tests/{folder}/" in str(item.path) and not stays(item)]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


def named(config: pytest.Config, folder: str) -> bool:
    """Whether the run was asked for the folder by name."""
    return any(folder in argument for argument in config.args)
