"""A service that exists only in tests, on the floor's own tables."""

import eventlet
from eventlet.event import Event

from services.common.bus.events import NotYet, handles
from services.common.bus.rpc_server import rpc
from services.common.duties import audit_queries, dead_letters
from services.common.runtime.service import Service
from tests.support.contracts import tiny


class TinyService(Service):
    """Answers and hears what the floor's tests need."""

    name = "tiny"
    known: set[str] = set()  # things that `late…` waits for
    gate: Event  # what `held` waits at
    held: list[bool] = []  # who waits there

    @rpc(tiny.Echo)
    def echo(self, work, request):
        return {"text": request.text, "account_id": work.caller.account_id, "language": work.caller.language}

    @rpc(tiny.Put)
    def put(self, work, request):
        thing = request.thing
        event_id = work.announce(tiny.ThingPut, tiny.ThingPut.Data(thing=thing))
        work.audit("thing:put", f"thing/{thing}", after={"thing": thing})
        if thing == "broken":
            raise RuntimeError("after the announcement")
        return {"event_id": event_id}

    @rpc(tiny.Fail)
    def fail(self, work, request):
        how = request.how
        if how == "typed":
            raise tiny.TooTiny(size=1)
        if how == "held":
            self.held.append(True)
            self.gate.wait()
            return
        if how == "time-limit":
            raise eventlet.Timeout(None)
        if how == "exit":
            raise SystemExit(3)
        raise ZeroDivisionError("the words of a crash may hold secrets")

    @rpc(tiny.Count)
    def count(self, work, request):
        return {"number": 2**request.bits}

    @handles(tiny.ThingPut)
    def see_thing(self, work, event):
        """Announces that the thing was seen. `late…` is not here yet until `known`; `poison…` and `endless…` always fail."""
        if event.thing.startswith("late") and event.thing not in self.known:
            raise NotYet(event.thing)
        work.announce(tiny.ThingSeen, tiny.ThingSeen.Data(thing=event.thing))
        if event.thing.startswith("endless"):
            raise eventlet.Timeout(None)
        if event.thing.startswith("poison"):
            raise ValueError("this never works")

    list_dead_letters = dead_letters.entry_point(tiny.dead_letters.ListDeadLetters)
    get_dead_letter = dead_letters.entry_point(tiny.dead_letters.GetDeadLetter)
    replay_dead_letter = dead_letters.entry_point(tiny.dead_letters.ReplayDeadLetter)
    replay_dead_letters = dead_letters.entry_point(tiny.dead_letters.ReplayDeadLetters)
    discard_dead_letter = dead_letters.entry_point(tiny.dead_letters.DiscardDeadLetter)
    list_audit = audit_queries.entry_point(tiny.audit.ListAudit)
    verify_audit = audit_queries.entry_point(tiny.audit.VerifyAudit)
