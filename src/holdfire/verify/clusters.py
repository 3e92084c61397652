"""From pairs to incidents: the links that fit together, with each source listing an incident once where it says so."""

from __future__ import annotations

import heapq
from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from holdfire.verify.candidates import Floats, Ints
from holdfire.verify.chances import Once

Bools = NDArray[np.bool_]
UNSEEN = -12.0
FAINT = -4.0
CONFIRMED = 60.0
REFUSED = -1e6
# Facts that agree tend to agree together, so that their weights overstate; and a wrong link hides a violation,
# while a missing one shows it twice. A link asks for odds of seven to one.
JOIN = 2.0


def clusters(log_odds: Floats, i: Ints, j: Ints, source: Ints, once: Once, join: float = JOIN) -> Ints:
    """Return a cluster number for every report: the least row number of its cluster.

    The two clusters whose reports speak for each other most, on average over all their pairs, are joined first, and
    joining ends where the average falls to `join`. A pair that was no candidate speaks against it; one that is
    REFUSED forbids it. The answer does not depend on the order of the pairs; ties go to the lower row numbers.
    """
    # An average is no higher than its highest part, so that only reports joined by such pairs can come together.
    joinable = log_odds > join
    group = _connected(i[joinable], j[joinable], len(source))
    settled = _agreed(group, i[joinable], source, once)
    of = np.where(settled[group], group, np.arange(len(source))).tolist()
    worth = ((log_odds > FAINT) | (log_odds <= REFUSED)) & ~settled[group[i]] & (group[i] == group[j])
    between: dict[int, dict[int, float]] = defaultdict(dict)
    for a, b, w in zip(i[worth].tolist(), j[worth].tolist(), log_odds[worth].tolist(), strict=True):
        between[a][b] = between[b][a] = w
    members = {n: [n] for n in between}
    lists = {n: {int(source[n])} if once[source[n]] else set() for n in between}
    heap = [(-w, a, b, 1, 1) for a in between for b, w in between[a].items() if a < b and w > join]
    heapq.heapify(heap)
    while heap:
        _, a, b, size_a, size_b = heapq.heappop(heap)
        if a not in members or b not in members or (len(members[a]), len(members[b])) != (size_a, size_b):
            continue
        if lists[a] & lists[b]:
            continue
        near = between.pop(b)
        for other, total in near.items():
            if other == a:
                continue
            joined = between[a].get(other)
            missing = UNSEEN * size_a * len(members[other]) if joined is None else joined
            between[a][other] = between[other][a] = missing + total
        for other in set(between[a]) - set(near) - {b}:
            between[a][other] += UNSEEN * size_b * len(members[other])
            between[other][a] = between[a][other]
        for other in near:
            between[other].pop(b, None)
        members[a] = sorted([*members[a], *members.pop(b)])
        lists[a] |= lists.pop(b)
        for other, total in between[a].items():
            mean = total / (len(members[a]) * len(members[other]))
            if mean > join and not lists[a] & lists[other]:
                low, high = min(a, other), max(a, other)
                heapq.heappush(heap, (-mean, low, high, len(members[low]), len(members[high])))
    for own, all_of_it in members.items():
        for n in all_of_it:
            of[n] = min(all_of_it[0], own)
    return np.array(of, np.int64)


def _connected(i: Ints, j: Ints, size: int) -> Ints:
    """Return for every report the least row number among those that pairs connect it with."""
    group = np.arange(size)
    while True:
        least = np.minimum(group[i], group[j])
        after = group.copy()
        np.minimum.at(after, i, least)
        np.minimum.at(after, j, least)
        after = after[after]
        if np.array_equal(after, group):
            return group
        group = after


def _agreed(group: Ints, i: Ints, source: Ints, once: Once) -> Bools:
    """Tell by group number where all its reports are paired and no source is there twice that must not: one cluster."""
    size = len(group)
    reports, pairs = np.bincount(group, minlength=size), np.bincount(group[i], minlength=size)
    listed = once[source]
    keys, times = np.unique(group[listed] * np.int64(len(once)) + source[listed], return_counts=True)
    twice = np.zeros(size, bool)
    twice[keys[times > 1] // len(once)] = True
    return np.asarray(((reports == 1) | (pairs == reports * (reports - 1) // 2)) & ~twice)
