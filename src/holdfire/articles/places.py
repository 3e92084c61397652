"""Where? Place names beside prepositions, looked up in the gazetteer and among the areas.

A name that no list knows is still a place where the article puts something "in" or "near" it; its code is then null. A
name that several settlements bear keeps no code either. Cyrillic names are brought back to the nominative only where
that form is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from holdfire.articles.items import Found
from holdfire.articles.parties import ADJECTIVE, GROUP, NAME, Parties
from holdfire.articles.speech import Speakers
from holdfire.articles.text import Article
from holdfire.articles.words import words
from holdfire.places import Areas, Gazetteer

SETTLEMENT, REGION, COUNTRY, UNKNOWN = "settlement", "region", "country", "unknown"
_NAME = r"[A-ZÀ-Þ][\w'’-]+(?:\s+(?:(?:el|al)-[A-Z][\w-]+|(?:es|de|la|del|sur|bin)\s+[A-Z][\w-]+|[A-Z][\w'’-]+)){0,3}"
_DESCRIBED = (
    r"(?:(?:the\s+)?(?:(?:southern|northern|eastern|western|central|coastal|border|valley|capital|old|front-line|frontline|south|north|east|west)"
    r"(?:ern)?\s+)*(?P<kind>cit(?:y|ies)|towns?|villages?|ports?|districts?|capital|suburbs?|outskirts|settlements?|camps?|parts?)\s+(?:of\s+)?)"
)
_SURE = ("in", "near", "around", "outside", "across", "along", "at", "inside", "within", "off")
_LOOSE = ("on", "upon", "like", "over", "from", "to", "of", "into", "towards", "toward", "only")
_ENGLISH = re.compile(
    rf"\b(?P<prep>(?i:{'|'.join((*_SURE, *_LOOSE))}))\s+(?P<desc>{_DESCRIBED})?"
    r"(?:the\s+)?(?:(?:southern|northern|eastern|western|central)\s+)?"
    rf"(?P<name>{_NAME})(?P<unit>\s+(?:region|oblast|province|[Rr]iver|valley|peninsula|district)\b)?(?P<more>(?:(?:,\s+|\s+and\s+){_NAME})*)"
)
_DESCRIBED_ALONE = re.compile(rf"\b{_DESCRIBED}(?P<name>{_NAME})(?P<more>(?:(?:,\s+|\s+and\s+){_NAME})*)")
_CYRILLIC_PREPOSITION = re.compile(
    r"(?<!\w)(?i:у|в|во|біля|под|під|по|на|около|возле|поблизу|до)\s+(?:(?:міст[іоа]|город[еуа]?|сел[іеоа]|посёлк[еу]|поселке|столиц\w+|г\.|м\.|с\.)\s+)?"
    r"(?P<name>[А-ЯІЇЄҐЁ][\w'’ʼ-]+)(?P<unit>\s+(?:област\w+|обл\.|район\w*|крa\w+))?"
)
_CYRILLIC_DESCRIBED = re.compile(
    r"(?<!\w)(?P<kind>міст[іоау]|город[еуа]?|сел[іеоа]|посёлк[еуа]|посёлок|село|обстріли міста)\s+"
    r"(?P<name>[А-ЯІЇЄҐЁ][\w'’ʼ-]+)(?P<unit>)"
)
_CYRILLIC_VERBED = re.compile(
    r"(?:обстрілювати|обстреливать|атакували|атаковали|бити по|ударам по|ударов по|ударили по)\s+"
    r"(?P<name>[А-ЯІЇЄҐЁ][\w'’ʼ-]+)(?P<unit>)"
)
_ENDINGS = (
    *(
        ("ові", "ів"),
        ("ова", "ів"),
        ("ову", "ів"),
        ("єві", "їв"),
        ("єва", "їв"),
        ("єву", "їв"),
        ("еве", "ев"),
        ("ові", "ов"),
    ),
    *(
        ("ей", "ья"),
        ("і", "я"),
        ("і", "а"),
        ("і", "ь"),
        ("і", ""),
        ("ї", "я"),
        ("и", "а"),
        ("у", "о"),
        ("у", "а"),
        ("у", ""),
        ("е", "а"),
    ),
    *(
        ("е", ""),
        ("е", "о"),
        ("а", ""),
        ("а", "о"),
        ("ою", "а"),
        ("ом", ""),
        ("ем", "ь"),
        ("ье", "ья"),
        ("ю", "я"),
        ("ю", "ь"),
        ("ы", "а"),
    ),
)


@dataclass(frozen=True)
class Named:
    """A place as the article names it; `code` is that of its area or country, null where it is not known."""

    name: str
    start: int
    end: int
    level: str
    code: str | None

    def found(self) -> Found:
        reason = "named beside a preposition; in no list" if self.level == UNKNOWN else f"a {self.level} of the lists"
        return Found(self.name, self.start, self.end, reason)


class PlaceNames:
    """The places that one article names."""

    def __init__(self, article: Article, parties: Parties, speakers: Speakers, gazetteer: Gazetteer, areas: Areas):
        self._article, self._parties, self._speakers = article, parties, speakers
        self._gazetteer, self._areas = gazetteer, areas
        self._w = words(article.language)
        self._stop = {e.lower() for e in self._w.entries("stop_places")}
        self._roles = self._w.members("roles")

    def within(self, start: int, end: int) -> list[Named]:
        """Return the places named within a span, in order."""
        return [p for p in self._all if p.start >= start and p.end <= end]

    def adjectival(self, start: int, end: int) -> list[Named]:
        """Return the countries whose adjective stands within a span: "Ukrainian towns"."""
        mentions = self._parties.names(start, end, ADJECTIVE)
        return [Named(m.name, m.start, m.end, COUNTRY, None) for m in mentions]

    def best(self, start: int, end: int) -> Named | None:
        """Return the most exact place within a span: a settlement before a region, a region before a country."""
        found = self.within(start, end)
        for levels in ((SETTLEMENT, UNKNOWN), (REGION,), (COUNTRY,)):
            if hits := [p for p in found if p.level in levels]:
                return hits[0]
        return None

    @cached_property
    def _all(self) -> list[Named]:
        found = self._english() if self._article.language == "en" else self._cyrillic()
        found.sort(key=lambda p: (p.start, -p.end))
        kept: list[Named] = []
        for place in found:
            if all(place.start >= k.end or place.end <= k.start for k in kept):
                kept.append(place)
        return kept

    def _english(self) -> list[Named]:
        text = self._article.text
        found: list[Named] = []
        loose: list[Named] = []
        for hit in (*_ENGLISH.finditer(text), *_DESCRIBED_ALONE.finditer(text)):
            groups = hit.groupdict()
            sure = bool(groups.get("kind")) or (groups.get("prep") or "").lower() in _SURE
            names = [(hit.start("name"), hit.end("name"))]
            if unit := groups.get("unit"):
                names[0] = (
                    names[0][0],
                    names[0][1] + (len(unit) if not re.search("river|valley|district", unit, re.I) else 0),
                )
            if hit["more"]:
                names += [
                    (hit.start("more") + m.start(), hit.start("more") + m.end())
                    for m in re.finditer(_NAME, hit["more"])
                ]
            for a, b in names:
                place = self._look(a, b)
                if place is None or (place.level == COUNTRY and text[place.end : place.end + 2] in ("'s", "’s")):
                    continue
                (found if sure or place.level != UNKNOWN else loose).append(place)
                if not sure and place.level == UNKNOWN:
                    continue
        established = {p.name for p in found}
        found += [p for p in loose if p.name in established]
        for name in sorted(established):
            for hit in re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text):
                level = next(p for p in found if p.name == name)
                if not self._is_party_here(hit.start(), hit.end()):
                    found.append(Named(name, hit.start(), hit.end(), level.level, level.code))
        return [p for p in found if not self._speakers.covers(p.start, p.end)]

    def _is_party_here(self, start: int, end: int) -> bool:
        """Tell whether a capital or a country stands for its government here, rather than for the place."""
        if not self._parties.mentions(start, end):
            return False
        before = re.search(r"(\w+)\s+(?:the\s+)?$", self._article.text[:start])
        return before is None or before[1].lower() not in (
            *_SURE,
            *_LOOSE,
            "on",
            "spare",
            "shell",
            "bomb",
            "strike",
            "attack",
            "and",
            "like",
        )

    def _look(self, a: int, b: int) -> Named | None:
        text = self._article.text
        name = re.sub(r"['’]s$", "", text[a:b].strip())
        while name:
            b = a + len(name)
            place = self._known(name, a, b)
            if place is not None:
                return place
            parts = name.split()
            if len(parts) > 1 and self._is_stop(parts[-1]):
                name = name[: -len(parts[-1])].rstrip()
                continue
            break
        if not name or self._is_stop(name) or self._is_somebody(a, b):
            return None
        return Named(name, a, b, UNKNOWN, None)

    def _is_stop(self, name: str) -> bool:
        first = name.split()[0].lower()
        return (
            name.lower() in self._stop
            or first in self._stop
            or first in self._roles
            or bool(self._w.value("months", first.rstrip(".")) or self._w.values("weekdays", first))
            or (name.isupper() and len(name) < 2)
            or self._w.has("units", name)
            or any(w.lower() in self._w.members("orgs") for w in name.split())
        )

    def _is_somebody(self, a: int, b: int) -> bool:
        name = self._article.text[a:b]
        for mention in self._parties.mentions(a, b):
            if mention.how in (GROUP, ADJECTIVE):
                return True
        surname = name.split()[-1]
        if any(str(p.name.value).split()[-1] == surname for p in self._speakers.people()):
            return True
        return re.match(r"\s+(?:agreed|said|told|has|had)\b", self._article.text[b:]) is not None

    def _known(self, name: str, a: int, b: int) -> Named | None:
        area = self._areas.find(name)
        if area is not None:
            level = COUNTRY if area.part_of is None else SETTLEMENT if area.name.endswith(" city") else REGION
            return Named(name, a, b, level, area.code)
        countries = [m for m in self._parties.mentions(a, b) if m.how == NAME]
        if countries and countries[0].end - countries[0].start == b - a:
            return Named(countries[0].name, a, b, COUNTRY, None)
        if re.search(r"\b(?:region|oblast|province)$", name):
            return Named(name, a, b, REGION, None)
        place = self._gazetteer.find(name)
        if place is not None:
            return Named(name, a, b, SETTLEMENT, place.code)
        return Named(name, a, b, SETTLEMENT, None) if self._gazetteer.knows(name) else None

    def _cyrillic(self) -> list[Named]:
        text = self._article.text
        found: list[Named] = []
        for pattern in (_CYRILLIC_PREPOSITION, _CYRILLIC_DESCRIBED, _CYRILLIC_VERBED):
            for hit in pattern.finditer(text):
                a, b = hit.span("name")
                described = pattern is not _CYRILLIC_PREPOSITION
                if hit["unit"]:
                    found.append(self._region(hit["name"], a, hit.end("unit")))
                    continue
                place = self._inflected(hit["name"], a, b)
                sure = described or re.match(r"(?i:у|в|во|біля|под|під|около|возле|поблизу)\b", hit.group()) is not None
                if place is not None:
                    found.append(place)
                elif (
                    sure
                    and not self._is_stop(hit["name"])
                    and not self._parties.mentions(a, b)
                    and not self._is_somebody(a, b)
                ):
                    found.append(Named(hit["name"], a, b, UNKNOWN, None))
        for mention in self._parties.mentions(0, len(text)):
            if mention.how == NAME and re.search(
                r"(?:^|\s)(?:в|у|по \w+|по енергетиці|енергетиц\w+|энергетик\w+)\s+$", text[: mention.start]
            ):
                found.append(Named(text[mention.start : mention.end], mention.start, mention.end, COUNTRY, None))
        return [p for p in found if not self._speakers.covers(p.start, p.end)]

    def _region(self, adjective: str, a: int, b: int) -> Named:
        stem = re.sub(r"(?:ій|ої|ою|ую|у|ой|ая|а)$", "", adjective)
        for full in (f"{stem}а область", f"{stem}ая область"):
            area = self._areas.find(full)
            if area is not None:
                return Named(full, a, b, REGION, area.code)
        return Named(self._article.text[a:b], a, b, REGION, None)

    def _inflected(self, name: str, a: int, b: int) -> Named | None:
        forms = [name] + [
            name[: -len(old)] + new for old, new in _ENDINGS if name.endswith(old) and len(name) - len(old) >= 3
        ]
        for form in forms:
            area = self._areas.find(form)
            if area is not None:
                level = COUNTRY if area.part_of is None else SETTLEMENT if area.name.endswith(" city") else REGION
                return Named(form, a, b, level, area.code)
        for form in forms:
            place = self._gazetteer.find(form)
            if place is not None:
                return Named(form, a, b, SETTLEMENT, place.code)
        return next((Named(f, a, b, SETTLEMENT, None) for f in forms if self._gazetteer.knows(f)), None)
