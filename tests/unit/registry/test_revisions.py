"""Facts in time: for any order of changes, corrections and days, one fact of a thing holds on a day, and nothing said is lost."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy.dialects.postgresql import Range

from services.common.kernel.ids import new_id
from services.registry.facts.kinds import HeldCategory, ImposedTerm, LegalName, Status
from services.registry.facts.revisions import added, ended, taken_back
from services.registry.facts.shape import STAFF
from services.registry.public_record import compose
from services.registry.registrant_file import may_be_taken_back

FIRST = date(2026, 4, 1)
SOMEBODY = new_id()
DAYS = st.integers(0, 60).map(lambda days: FIRST + timedelta(days=days))
STATUSES = st.sampled_from(["active", "late", "suspended", "resigned"])


def fact(kind, since, at, **says):
    return kind(
        id=new_id(), registrant_id=SOMEBODY, effective=Range(since, None), recorded_at=at, source=STAFF, recorded_by="x", **says
    )


class Register(RuleBasedStateMachine):
    """Changes as staff make them, beside a plain list of what was said last for each day."""

    def __init__(self):
        super().__init__()
        self.clock = datetime(2026, 4, 1, 12, tzinfo=UTC)
        self.said = {}  # the status that was said, by the day from which on
        self.ever = []

    def now(self):
        self.clock += timedelta(seconds=1)
        return self.clock

    def keep(self, revision):
        before = len(self.ever)
        for one in revision.superseded:
            assert one.superseded_at is None
            one.superseded_at = self.clock
        self.believed = revision.applied(self.believed)
        self.ever += revision.added
        return len(self.ever) - before

    @initialize()
    def registered(self):
        first = [
            fact(LegalName, FIRST, self.now(), legal_name="Ana Ng", first_name="Ana", last_name="Ng"),
            fact(HeldCategory, FIRST, self.now(), category="full"),
            fact(Status, FIRST, self.now(), status="active", reason_en=None, reason_fr=None),
        ]
        self.believed, self.ever = list(first), list(first)
        self.said[FIRST] = "active"

    @rule(status=STATUSES, day=DAYS)
    def change_status(self, status, day):
        new = fact(Status, day, self.now(), status=status, reason_en=None, reason_fr=None)
        revision = added(self.believed, new)
        if self.status_of(day) == status:
            assert not revision
            return
        self.keep(revision)
        self.said[day] = status

    @rule(data=st.data())
    def take_a_status_back(self, data):
        back = [one for one in self.statuses() if may_be_taken_back(self.believed, one)]
        if not back:
            return
        one = data.draw(st.sampled_from(sorted(back, key=lambda found: found.since)))
        self.keep(taken_back(self.believed, one, self.now()))
        del self.said[one.since]
        # A fact that now says what the one before it says stays apart from it: both were said.

    @rule(day=DAYS)
    def impose_a_term(self, day):
        self.keep(added(self.believed, fact(ImposedTerm, day, self.now(), code=None, en="Only here.", fr="Ici.", position=0)))

    @precondition(lambda self: any(isinstance(one, ImposedTerm) for one in self.believed))
    @rule(data=st.data(), day=DAYS)
    def end_a_term(self, data, day):
        terms = [one for one in self.believed if isinstance(one, ImposedTerm)]
        one = data.draw(st.sampled_from(sorted(terms, key=lambda found: (found.since, found.id))))
        self.keep(ended(one, day, self.now()))
        assert not any(
            one.holds_on(day) for one in self.believed if isinstance(one, ImposedTerm) and one.since == day and one.until
        )

    def statuses(self):
        return sorted((one for one in self.believed if isinstance(one, Status)), key=lambda one: one.since)

    def status_of(self, day):
        return self.said[max(since for since in self.said if since <= day)]

    @invariant()
    def one_status_holds_on_every_day_and_it_is_the_one_that_was_said(self):
        held = self.statuses()
        assert all(before.until == after.since for before, after in pairwise(held)) and held[-1].until is None
        for days in range(62):
            day = FIRST + timedelta(days=days)
            record = compose(self.believed, day)
            assert record is not None and record.status == self.status_of(day)

    @invariant()
    def nothing_is_shown_before_its_day_or_after_its_end(self):
        for days in (-1, 0, 7, 31, 61):
            day = FIRST + timedelta(days=days)
            record = compose(self.believed, day)
            if days < 0:
                assert record is None
                continue
            terms = [one for one in self.believed if isinstance(one, ImposedTerm) and one.holds_on(day)]
            assert len(record.terms) == len(terms)
            assert date.fromisoformat(record.status_since) <= day
            assert all(period["until"] is None or period["until"] <= day.isoformat() for period in record.categories)

    @invariant()
    def what_was_ever_said_is_still_on_file_and_what_is_believed_was_not_superseded(self):
        assert all(one.superseded_at is None for one in self.believed)
        superseded = [one for one in self.ever if one.superseded_at is not None]
        assert len(superseded) + len(self.believed) == len(self.ever)


Register.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
TestAnyOrderOfChanges = Register.TestCase
