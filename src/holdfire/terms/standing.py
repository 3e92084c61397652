"""Where talks stand, from statements alone: silence is not agreement, and nobody speaks for another.

A party's word on a round or an item is what it said on the last day on which it said anything of it. A mention, a
refusal to comment and an unnamed speaker are shown and change nothing. What a party said on one day may differ: then
what speaks against agreement goes before what speaks for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from holdfire.terms.model import Agreement, Statement
from holdfire.terms.talks import Item, Position, Round, Talks, Word, speaks_for

SILENT = ("mentions", "no_comment")


@dataclass(frozen=True)
class Spoken:
    """One statement on a round or an item. `party` is null for a speaker of no party.

    `counts`: it is part of the party's last word, rather than earlier, off the record or no comment.
    """

    statement: Statement
    party: str | None
    says: str
    on_record: bool
    counts: bool


@dataclass(frozen=True)
class Standing:
    """What a round or an item has come to.

    `parties` are those whose word it takes, `words` what each of them that spoke last said, in codes. `reported_by` are
    the parties and speakers who said that a round was held.
    """

    status: str
    parties: list[str]
    words: dict[str, list[str]]
    spoken: list[Spoken]
    reported_by: list[str]

    @property
    def silent(self) -> list[str]:
        """The parties of whom there is no word."""
        return [p for p in self.parties if p not in self.words]

    def of(self, *says: str) -> list[str]:
        """Return the parties whose last word says any of these."""
        return _saying(self.words, *says)


def item_standing(item: Item, talks: Talks, agreement: Agreement) -> Standing:
    """Return where an item stands.

    unknown: no party has said anything of it. agreed: every party's last word accepts it, without a condition.
    claimed: a party says that it is agreed, and none says otherwise. disputed: a party says so, and another
    that it is not, or rejects it. rejected: a party rejects it, and none says that it is agreed. open: anything else.
    """
    parties = item.parties or talks.parties
    spoken = _spoken(item.said, parties, agreement)
    words = _words(spoken, parties)
    against = {*_saying(words, "rejects", "denies_agreement")}
    claiming = {*_saying(words, "reports_agreement")} - against
    accepting = {*_saying(words, "accepts")} - against - {*_saying(words, "conditional")}
    if not words:
        status = "unknown"
    elif accepting == set(parties):
        status = "agreed"
    elif claiming:
        status = "disputed" if against else "claimed"
    else:
        status = "rejected" if _saying(words, "rejects") else "open"
    return Standing(status, parties, words, spoken, [])


def round_standing(meeting: Round, talks: Talks, agreement: Agreement) -> Standing:
    """Return where a round stands.

    held: somebody on the record said that it took place, and no party's last word is that it did not (else disputed).
    postponed, cancelled: a party's last word says so, and no other party has said since, or on the same day, that it
    takes place (else disputed). confirmed: every party's last word is that it takes place; announced: that of some.
    in_doubt: somebody's last word doubts it, and nobody's upholds it. unknown: none of these.
    """
    parties = meeting.parties or talks.parties
    spoken = _spoken(meeting.said, parties, agreement)
    words = _words(spoken, parties)
    held = list(dict.fromkeys(s.party or s.statement.speaker for s in spoken if s.says == "held" and s.on_record))
    off = {*_saying(words, "postpones", "cancels")}
    upheld = {*_saying(words, "announces", "confirms")} - off
    last = {s.party: s.statement.said_on for s in spoken if s.counts}
    doubted = _saying(words, "doubts")
    if held:
        status = "disputed" if _saying(words, "not_held") else "held"
    elif off:
        since = max(last[p] for p in off)
        status = "cancelled" if _saying(words, "cancels") else "postponed"
        if any(last[p] >= since for p in upheld):
            status = "disputed"
    elif upheld:
        status = "confirmed" if upheld == set(parties) and not doubted else "announced"
    else:
        status = "in_doubt" if doubted else "unknown"
    return Standing(status, parties, words, spoken, held)


def _spoken(said: Sequence[Position] | Sequence[Word], parties: list[str], agreement: Agreement) -> list[Spoken]:
    """Return what was said, by day, then by id, with what of it is the last word of one of the parties."""
    rows = []
    for word in said:
        statement = agreement.statement(word.statement)
        rows.append((statement, speaks_for(word, statement, agreement), word.says, word.on_record))
    rows.sort(key=lambda r: (r[0].said_on, r[0].id, r[2]))

    def weighs(party: str | None, says: str, on_record: bool) -> bool:
        return party in parties and on_record and says not in SILENT

    last = {p: s.said_on for s, p, says, on_record in rows if weighs(p, says, on_record)}
    return [
        Spoken(s, p, says, on_record, weighs(p, says, on_record) and s.said_on == last[p])
        for s, p, says, on_record in rows
    ]


def _words(spoken: list[Spoken], parties: list[str]) -> dict[str, list[str]]:
    own = {p: list(dict.fromkeys(s.says for s in spoken if s.counts and s.party == p)) for p in parties}
    return {p: said for p, said in own.items() if said}


def _saying(words: dict[str, list[str]], *says: str) -> list[str]:
    return [p for p, said in words.items() if not set(said).isdisjoint(says)]
