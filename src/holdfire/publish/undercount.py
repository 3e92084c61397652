"""What no list has, in words: a sentence that can be quoted, or why there is no estimate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from holdfire.assess import Undercount
from holdfire.publish import words
from holdfire.publish.content import Content

LINKED = "if reports were linked rightly"


def undercount_views(content: Content) -> list[dict[str, Any]]:
    """Return one view per place."""
    return [
        {
            "undercount": u,
            "place": words.place(u.place_code, content.areas) if u.place_code else "Everywhere",
            "sentence": missed(u),
            "bound": bound(u),
        }
        for u in content.assessment.undercount
    ]


def missed(found: Undercount) -> str:
    """Return how many incidents there are on the lists, and how many there are likely to be in all."""
    on_lists = f"{words.count(found.observed, 'incident')} {'is' if found.observed == 1 else 'are'} on a list"
    if found.estimate is None or found.low is None or found.high is None:
        return f"{on_lists}; how many are on none cannot be estimated: {found.refused}."
    total = f"about {found.estimate:,} happened ({found.low:,} to {found.high:,}, {LINKED})"
    return f"{on_lists}; {total}, of which some {found.estimate - found.observed:,} nobody listed."


def bound(found: Undercount) -> str | None:
    """Return the lower bound as a sentence; null where there is none."""
    if found.surely is None:
        return None
    return f"If each list could have had any of them, {found.surely:,} or more happened (95 % limit, {LINKED})."


def kept_out(found: Sequence[Undercount]) -> str | None:
    """Return which of the figures hold no doubt about what is assumed; null where there are none."""
    given = {"the interval": any(u.low is not None for u in found), "the lower bound": any(map(bound, found))}
    names = [name for name, any_has_it in given.items() if any_has_it]
    if not names:
        return None
    told, it = words.either(names, "and"), "them" if len(names) > 1 else "it"
    holds = "hold" if len(names) > 1 else "holds"
    linkings = "the other plausible linkings that findings are shown under"
    return f"{told[0].upper()}{told[1:]} {holds} none of this; {linkings} are not taken into {it}."
