"""Which party is meant? Countries by name, adjective or seat of power; armed groups; and those an article brings along.

A country that no list knows is one all the same where the article gives it an army, a government or a president.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from holdfire.articles.text import Article
from holdfire.articles.words import countries, words

NAME, ADJECTIVE, SEAT, GROUP = "name", "adjective", "seat", "group"
_STATE = (
    r"(?:[Gg]overnments?|[Aa]rm(?:y|ies)|[Pp]residents?|[Rr]epublic|[Ee]nvoys|[Dd]elegations"
    r"|[Ff]oreign [Mm]inisters?|[Pp]rime [Mm]inisters?)"
)
_OF_STATE = re.compile(rf"\b{_STATE}(?: [A-Z][\w-]+){{0,2}} (?:of|from) (?:the )?([A-Z][\w-]+)(?: and ([A-Z][\w-]+))?")
_STATES_OWN = re.compile(
    r"\b([A-Z][\w-]+)['’]s (?:\w+ ){0,2}?"
    r"(?:[Gg]overnment|[Aa]rmy|[Mm]ilitary|[Pp]resident|[Mm]inister|[Mm]inistry|[Ff]orces|[Pp]remier|[Aa]ir [Ff]orce)\b"
)
_STATES_ADJECTIVE = re.compile(
    r"\b([A-Z][a-z]+(?:n|ese|ish)) (?:\w+ )?(?:government|army|military|president|forces|troops|minister|ministry)\b",
)
_CYRILLIC_STATE = re.compile(
    r"(?:[Пп]резидент|[Аа]рм[іи]я|[Мм]іністр [а-яіїєґ]+|[Мм]инистр [а-яё]+|[Уу]ряд|[Пп]равительство)"
    r"\s+([А-ЯІЇЄҐЁ][\w'’ʼ]+)"
    r"(?=\s+(?:[А-ЯІЇЄҐЁ][\w'’ʼ]+\s+[А-ЯІЇЄҐЁ]|[а-яіїєґё]))"
)
_QUOTED = re.compile(r"[«“\"]([^«»“”\"]{3,40})[»”\"]")


@dataclass(frozen=True)
class Mention:
    """A party named somewhere; `how` is a name, an adjective, a seat of power or a group."""

    name: str
    start: int
    end: int
    how: str


@cache
def _known() -> list[tuple[re.Pattern[str], str, str]]:
    found = []
    for country in countries()["countries"]:
        for key, how in (("names", NAME), ("adjectives", ADJECTIVE), ("seats", SEAT)):
            if country[key]:
                fragment = "|".join(sorted(country[key], key=lambda e: (-len(e), e)))
                found.append((re.compile(rf"(?<![\w-])(?:{fragment})(?![\w-])"), country["name"], how))
    for group in countries()["groups"]:
        found.append((re.compile(rf"(?<![\w-])(?:{group})(?![\w])"), group.replace("s?", "s"), GROUP))
    return found


@cache
def actor_of(party: str) -> str | None:
    """Return the actor code of a country's forces; null where the code list has none."""
    return next((c.get("actor") for c in countries()["countries"] if c["name"] == party), None)


class Parties:
    """The parties of one article."""

    def __init__(self, article: Article):
        self._article = article
        self._patterns = [*_known(), *self._brought()]
        self._mentions = self._all()

    def mentions(self, start: int, end: int) -> list[Mention]:
        """Return the parties named within a span, in order."""
        return [m for m in self._mentions if m.start >= start and m.end <= end]

    def names(self, start: int, end: int, *how: str) -> list[Mention]:
        """Return the first mention of each party named within a span."""
        first: dict[str, Mention] = {}
        for mention in self.mentions(start, end):
            if not how or mention.how in how:
                first.setdefault(mention.name, mention)
        return list(first.values())

    def _all(self) -> list[Mention]:
        text = self._article.text
        hits = [Mention(n, m.start(), m.end(), how) for p, n, how in self._patterns for m in p.finditer(text)]
        hits.sort(key=lambda h: (-(h.end - h.start), h.start, h.name))
        taken: list[Mention] = []
        for hit in hits:
            if all(hit.end <= t.start or hit.start >= t.end for t in taken):
                taken.append(hit)
        return sorted(taken, key=lambda m: m.start)

    def _brought(self) -> list[tuple[re.Pattern[str], str, str]]:
        """Return patterns for the countries and groups that only this article speaks of."""
        article = self._article
        found = self._groups()
        names: dict[str, None] = {}
        if article.language == "en":
            for hit in (*_OF_STATE.finditer(article.text), *_STATES_OWN.finditer(article.text)):
                names.update(dict.fromkeys(n for n in hit.groups() if n))
            names.update(dict.fromkeys(self._behind_adjectives()))
            for name in names:
                if not self._is_known(name) and not any(p.search(name) for p, _, _ in found):
                    stem = name.rstrip("aeiouy")
                    found.append((re.compile(rf"(?<![\w-]){name}(?!\w)"), name, NAME))
                    adjective = rf"(?<![\w-])(?:{name}n|{stem}(?:i?an|ese|ish|i))(?!\w)"
                    found.append((re.compile(adjective), name, ADJECTIVE))
        else:
            for hit in _CYRILLIC_STATE.finditer(article.text):
                name = hit[1]
                if not self._is_known(name) and not words(article.language).has("roles", name):
                    names[name] = None
            for name in names:
                found.append((re.compile(rf"(?<![\w-]){name[:-1]}\w{{0,3}}(?!\w)"), name, NAME))
        return found

    def _behind_adjectives(self) -> list[str]:
        """Return the countries behind "the Suvian government", where the article names them elsewhere."""
        text, found = self._article.text, []
        for hit in _STATES_ADJECTIVE.finditer(text):
            stem = re.sub(r"(?:ian|an|ese|ish|n)$", "", hit[1])
            if len(stem) >= 3 and not self._is_known(hit[1]):
                named = re.search(rf"(?<![\w-]){stem}(?!\w*(?:n|ese|ish)\b)\w{{0,4}}(?!\w)", text)
                found.extend([named[0]] if named else [])
        return found

    def _is_known(self, name: str) -> bool:
        w = words(self._article.language)
        return any(p.fullmatch(name) for p, _, _ in _known()) or bool(
            w.values("weekdays", name) or w.values("months", name)
        )

    def _groups(self) -> list[tuple[re.Pattern[str], str, str]]:
        article, w = self._article, words(self._article.language)
        text = article.text
        heads = "|".join(
            sorted(
                {e.capitalize() for e in w.entries("groups")}
                | (set() if article.language == "en" else set(w.entries("groups")))
            )
        )
        names: dict[str, None] = {}
        if article.language == "en":
            for hit in re.finditer(rf"(?<![\w-])((?:[A-Z][\w-]+ ){{1,3}}(?:{heads}))(?!\w)", text):
                name = re.sub(r"^(?:The|A|An) ", "", hit[1])
                first = name.split()[0]
                if (
                    " " in name
                    and not any(p.fullmatch(first) for p, _, how in _known() if how != GROUP)
                    and first != "Armed"
                ):
                    names[name] = None
            for hit in re.finditer(rf"(?<![\w-])([A-Z][\w-]+) {w.fragment('group_marks')}(?!\w)", text):
                if not self._is_known(hit[1]) and hit[1] not in ("The", "A"):
                    names[hit[1]] = None
        else:
            for hit in re.finditer(rf"(?<![\w-])([А-ЯІЇЄҐЁ]\w+ (?:{heads}))(?!\w)", text):
                names[hit[1]] = None
            for hit in _QUOTED.finditer(text):
                if w.has("groups", hit[1]) and len(hit[1].split()) <= 3:
                    names[hit[1]] = None
        found: list[tuple[re.Pattern[str], str, str]] = []
        for name in names:
            if any(p.fullmatch(name) for p, _, _ in found):
                continue
            fragment = re.escape(name)
            if article.language != "en":
                fragment = r"\s+".join(
                    rf"{re.escape(part[:-2] if len(part) > 4 else part)}\w{{0,4}}" for part in name.split()
                )
            elif " " in name:
                short = "".join(part[0] for part in name.split())
                fragment += rf"|(?<=[Tt]he ){re.escape(name.split()[-1])}|{short}"
            found.append((re.compile(rf"(?<![\w-])(?:{fragment})(?!\w)"), name, GROUP))
        return found
