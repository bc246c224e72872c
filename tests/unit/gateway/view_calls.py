"""Which calls a view makes, found in its code and in all code of the gateway that it leads to."""

import dis
from collections.abc import Iterator
from types import CodeType, FunctionType, MethodType, ModuleType

from services.common.kernel.contract import Call


def calls_of(view) -> set[type[Call]]:
    """Gives every contract that the view names, itself or in what it uses."""
    found: set[type[Call]] = set()
    seen: dict[int, object] = {}  # kept, so that no other thing gets the id of one that is gone
    waiting = [view]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen[id(thing)] = thing
        if isinstance(thing, type) and issubclass(thing, Call):
            found.add(thing)
        else:
            waiting += _within(thing)
    return found


def _within(thing) -> Iterator[object]:
    """Gives what a function, a class or a table of the gateway's names."""
    thing = getattr(thing, "__wrapped__", thing)
    if isinstance(thing, MethodType):  # of a page that is data, such as a FormPage
        yield thing.__func__
        yield from (getattr(thing.__self__, name) for name in _names(thing.__code__) if hasattr(thing.__self__, name))
    elif isinstance(thing, dict):
        yield from thing.values()  # not its keys: a cache knows what was asked before
    elif isinstance(thing, (tuple, list, frozenset)):
        yield from thing
    elif isinstance(thing, FunctionType) and thing.__module__.startswith("gateway."):
        yield from _named(thing.__code__, thing.__globals__)
    elif isinstance(thing, type) and thing.__module__.startswith("gateway."):
        yield from vars(thing).values()


def _named(code: CodeType, names: dict[str, object]) -> Iterator[object]:
    thing = None
    for step in dis.get_instructions(code):
        if step.opname == "LOAD_GLOBAL":
            thing = names.get(step.argval)
        elif step.opname in ("LOAD_ATTR", "LOAD_METHOD") and isinstance(thing, ModuleType):
            thing = getattr(thing, step.argval, None)
        elif step.opname not in ("PRECALL", "CACHE", "PUSH_NULL"):
            thing = None
        if thing is not None:
            yield thing
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _named(inner, names)


def _names(code: CodeType) -> set[str]:
    return {*code.co_names, *(name for inner in code.co_consts if isinstance(inner, CodeType) for name in _names(inner))}
