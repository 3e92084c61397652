"""What coded terms answer of codes: every term asked of every code once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from holdfire.kleene import Bytes, as_byte, core_and_fringe
from holdfire.terms import CodeList, Condition, Term, code_list
from holdfire.terms.codelist import ListName


def coded_answer(term: Term, listing: CodeList, code: str | None) -> bool | None:
    """Ask a coded term of one code; a null code was not stated."""
    core = listing.matches([code], term.certainly) if term.certainly else False
    fringe = listing.matches([code], term.possibly) if term.possibly else False
    out = listing.matches([code], term.besides) if term.besides else False
    return core_and_fringe(core, fringe, out)


def asked(term: Term | Condition) -> str:
    """Return what a term asks, whoever says so."""
    return term.model_dump_json(exclude={"cites", "note"})


class CodedTerms:
    """The coded terms of a plan, by the column of incidents that they ask of, and what they answer."""

    def __init__(self, terms: Sequence[tuple[str, ListName, Term]]):
        self._terms: dict[str, dict[str, tuple[ListName, Term]]] = {}
        for column, name, term in terms:
            self._terms.setdefault(column, {})[asked(term)] = name, term
        self._answers: dict[tuple[ListName, str], dict[str | None, np.uint8]] = {}
        self._stand_in: dict[str, dict[bytes, str | None]] = {}
        self._alike: dict[tuple[str, tuple[str | None, ...]], list[str | None]] = {}

    def answers(self, name: ListName, term: Term, codes: Sequence[str | None]) -> Bytes:
        """Return what a term answers of each code."""
        known = self._answers.setdefault((name, asked(term)), {})
        for code in codes:
            if code not in known:
                known[code] = as_byte(coded_answer(term, code_list(name), code))
        return np.fromiter((known[c] for c in codes), dtype=np.uint8, count=len(codes))

    def alike(self, column: str, codes: list[str | None]) -> list[str | None]:
        """Return for each code of a column one that all terms answer alike; null stands for itself."""
        if column not in self._terms:
            return codes
        key = column, tuple(codes)
        if key not in self._alike:
            table = np.stack([self.answers(name, term, codes) for name, term in self._terms[column].values()], axis=1)
            known = self._stand_in.setdefault(column, {})
            told = (row.tobytes() for row in table)
            self._alike[key] = [None if c is None else known.setdefault(r, c) for c, r in zip(codes, told, strict=True)]
        return self._alike[key]
