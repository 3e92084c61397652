"""The answers of facets: yes, no or unknown, in bytes (holdfire.kleene), for every incident of a batch.

A facet is asked of each distinct value once, and the rows take their answers from there. What is asked of one value is
written down in plain functions: `coded_answer` of a code (in holdfire.adjudicate.coded), `within` of an interval,
`condition_answer` of a place and its days.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from holdfire.adjudicate.coded import asked
from holdfire.adjudicate.facts import NEVER, Facts
from holdfire.adjudicate.plan import ClausePlan, Plan
from holdfire.kleene import NO, UNKNOWN, Bytes, as_bits, as_byte
from holdfire.places import Scope
from holdfire.terms import Condition, Term
from holdfire.terms.codelist import ListName
from holdfire.terms.instants import Span

ENDLESS = np.iinfo(np.int64).max
LONGEST_SPAN = 366  # days; what may lie anywhere in more than a year is not asked day by day
FEW = 8  # of a batch, places that clauses share are asked of fewer rows than one in so many alone
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
RESTS_ON = {"condition": ("place", "time")}


def within(start: datetime | None, end: datetime | None, opens: Span, closes: Span) -> bool | None:
    """Ask a window of one incident's interval [start, end); an instant has start equal to end."""
    if start is None or end is None:
        return None
    before = opens.earliest is not None and start < opens.earliest and end <= opens.earliest
    after = closes.latest is not None and start >= closes.latest
    if before or after:
        return False
    open_for_sure = opens.latest is not None and start >= opens.latest
    endless = closes.earliest is None and closes.latest is None
    in_time = endless or (closes.earliest is not None and end <= closes.earliest and start < closes.earliest)
    return True if open_for_sure and in_time else None


def condition_answer(condition: Condition, code: str, first: date, last: date, plan: Plan) -> bool | None:
    """Ask a condition of a place and the days from first to last; unknown where they differ or nobody observed it."""
    days = (first + timedelta(days=n) for n in range(min((last - first).days, LONGEST_SPAN) + 1))
    answers = {condition.holds(*plan.observed.get((condition.fact, code, d), (None, None))) for d in days}
    return answers.pop() if len(answers) == 1 else None


class Facets:
    """The facets of a batch of incidents, each distinct question answered once for all clauses that share it."""

    def __init__(self, facts: Facts, plan: Plan):
        self.facts, self._plan, self._coded = facts, plan, plan.coded
        self._answered: dict[tuple[str, str], Bytes] = {}
        self._of_lists: dict[tuple[str, str, bool], Bytes] = {}
        self._unproven: dict[str, NDArray[np.intp]] = {}
        self._rows: NDArray[np.intp] | slice = slice(None)
        self._whole: Facets | None = None

    def only(self, rows: NDArray[np.intp]) -> Facets:
        """Return the facets of some rows, named by number and in order."""
        some = Facets(self.facts.only(rows), self._plan)
        some._of_lists, some._rows = self._of_lists, rows
        some._whole = self if len(rows) * FEW > self.facts.rows else None
        return some

    def know(self, name: str, clause: ClausePlan, whole: Bytes) -> None:
        """Take over what is known of a facet of a clause, from what it answers for the rows that these are some of."""
        key = name, clause.fingerprint(name)
        if key not in self._answered:
            self._answered[key] = whole[self._rows]

    def answer(self, name: str, clause: ClausePlan, keep: bool = True) -> Bytes | None:
        """Return what a facet of a clause answers, per row; null if it asks nothing. Unless to `keep`, it is forgotten.

        A facet that rests on less than the standard of proof is unknown.
        """
        if not clause.asks(name):
            return None
        key = name, clause.fingerprint(name)
        if key in self._answered:
            return self._answered[key]
        if name == "place" and self._whole is not None and self._plan.sharing_place[key[1]] > 1:
            # Windows overlap, and clauses share places: they are asked once of all rows.
            told = self._whole.answer(name, clause)
            assert told is not None
            answers = told[self._rows]
        else:
            answers = self._proven(name, self._ask(name, clause))
        if keep:
            self._answered[key] = answers
        return answers

    def narrowed(self, told: Bytes, clause: ClausePlan) -> Bytes:
        """Return the conjunction of what is told of every row and what the place of a clause answers.

        Places are the dearest to ask. Where the other facets leave few rows, they are asked of those alone, unless so
        many clauses share the place that to ask it of all rows once costs less.
        """
        may = told != NO
        left, place = np.count_nonzero(may), clause.fingerprint("place")
        if left * self._plan.sharing_place[place] >= self.facts.rows or ("place", place) in self._answered:
            answers = self.answer("place", clause)
            return told if answers is None else told & answers
        if left and clause.asks("place"):
            rows = np.flatnonzero(may)
            answers = self.only(rows).answer("place", clause)
            assert answers is not None
            told[rows] &= answers
        return told

    def _ask(self, name: str, clause: ClausePlan) -> Bytes:
        every = clause.clause.norm == "permission"
        if name == "time":
            assert clause.start is not None
            assert clause.end is not None
            return self._within(clause.start, clause.end)
        if name == "place":
            assert clause.scope is not None
            return self._in_scope(clause.scope, clause.zone)
        if name == "condition":
            assert clause.condition is not None
            return self._condition(clause.condition, clause.zone)
        if name == "act":
            parts = [self._sets(c, f, t, every) for c, f, t in clause.act_terms()]
            answers = parts[0] & parts[1] if len(parts) == 2 else parts[0]
            answers[self.facts.doubtful] &= UNKNOWN
            return answers
        term = clause.term(name)
        assert term is not None
        if name == "actor":
            coded = self.facts.words("actor")
            return self._coded.answers("actor", term, coded.values)[coded.index]
        return self._sets("targets", "target", term, every)

    def _proven(self, name: str, answers: Bytes) -> Bytes:
        weak = self._weak(name)
        if len(weak) and answers.flags.writeable:
            answers[weak] = UNKNOWN
        return answers

    def _weak(self, name: str) -> NDArray[np.intp]:
        """Return the rows on which a facet rests on less than the standard of proof."""
        if name not in self._unproven:
            self._unproven[name] = self.facts.naming("unproven_facets", RESTS_ON.get(name, (name,)))
        return self._unproven[name]

    def _sets(self, column: str, list_name: ListName, term: Term, every: bool) -> Bytes:
        """Ask a coded term of lists of codes.

        A prohibition is met if any code is the term's. A permission covers an incident only if `every` code is: who
        may strike a barracks may not strike the houses beside it in the same attack.
        """
        sets = self.facts.sets(column)
        key = column, asked(term), every
        if key not in self._of_lists:
            of_word = self._coded.answers(list_name, term, sets.words)[sets.members]
            reduce = np.bitwise_and if every else np.bitwise_or
            self._of_lists[key] = reduce.reduceat(of_word, sets.starts) if len(sets.starts) else of_word
        return self._of_lists[key][sets.index]

    @cached_property
    def never(self) -> Bytes:
        """What a window answers that lies apart from every known time: one array, so that it is known again."""
        answers = as_bits(np.False_, ~self.facts.timed)
        answers[self._weak("time")] = UNKNOWN
        answers.flags.writeable = False
        return answers

    def _within(self, opens: Span, closes: Span) -> Bytes:
        """Answer `within` for every row."""
        facts = self.facts
        start, end = facts.start, facts.end
        opens_at, opened = _instant(opens.earliest, NEVER + 1), _instant(opens.latest, ENDLESS)
        closed = _instant(closes.latest, ENDLESS)
        closes_at = _instant(closes.earliest, ENDLESS if closes.latest is None else NEVER + 1)
        if facts.span is not None:
            first, last, ended = facts.span
            if first >= closed or (last < opens_at and ended <= opens_at):
                return self.never
            if first >= opened and last < closes_at and ended <= closes_at:
                return as_bits(facts.timed, np.True_)
        out = ((start < opens_at) & (end <= opens_at)) | (start >= closed)
        in_ = (start >= opened) & (start < closes_at) & (end <= closes_at)
        return as_bits(in_ & facts.timed, ~(out & facts.timed))

    def _in_scope(self, scope: Scope, zone: ZoneInfo) -> Bytes:
        if not scope.moves:
            return _placed(self.facts, scope, None)
        first, last = self.facts.days(zone)
        answers = np.full(self.facts.rows, UNKNOWN)
        if len(dateless := np.flatnonzero(first == NEVER)):
            answers[dateless] = _placed(self.facts.only(dateless), scope, None)
        span = np.where(first == NEVER, -1, last - first)
        for later in range(min(int(span.max(initial=-1)), LONGEST_SPAN) + 1):
            rows = np.flatnonzero(span >= later)
            days = first[rows] + later
            for day in np.unique(days):
                of_day = rows[days == day]
                told = _placed(self.facts.only(of_day), scope, (EPOCH + timedelta(days=int(day))).date())
                answers[of_day] = told if later == 0 else np.where(told == answers[of_day], told, UNKNOWN)
        answers[span > LONGEST_SPAN] = UNKNOWN
        return answers

    def _condition(self, condition: Condition, zone: ZoneInfo) -> Bytes:
        codes = self.facts.words("place_code")
        first, last = self.facts.days(zone)
        known = np.flatnonzero((first != NEVER) & (codes.index != len(codes.values) - 1))
        answers = np.full(self.facts.rows, UNKNOWN)
        asked = np.column_stack([codes.index[known], first[known], last[known]])
        distinct, index = np.unique(asked, axis=0, return_inverse=True)
        told = []
        for code, begin, end in distinct.tolist():
            days = [(EPOCH + timedelta(days=d)).date() for d in (begin, end)]
            told.append(as_byte(condition_answer(condition, str(codes.values[code]), days[0], days[1], self._plan)))
        answers[known] = np.array(told, dtype=np.uint8)[index.ravel()]
        return answers


def _placed(facts: Facts, scope: Scope, day: date | None) -> Bytes:
    """Answer for the places of all rows against a scope as of a day."""
    codes = facts.words("place_code")
    answers = np.full(facts.rows, UNKNOWN)
    bare, of_bare, present = facts.bare
    if len(bare):
        asked = [code for code, there in zip(codes.values, present, strict=True) if there]
        of_area = np.full(len(codes.values), UNKNOWN)
        of_area[present] = scope.of_areas(asked, day)
        answers[bare] = of_area[of_bare]
    discs, rows = facts.discs
    if len(blurred := facts.blurred):
        answers[blurred] = scope.by_codes(codes.values)[codes.index[blurred]]
    if len(rows):
        answers[rows] = scope.of_discs(codes.values, codes.index[rows], discs, day)
    return answers


def _instant(instant: datetime | None, otherwise: int) -> int:
    return otherwise if instant is None else (instant - EPOCH) // timedelta(microseconds=1)
