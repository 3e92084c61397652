"""Who is meant? The people and organisations of an article, each in the fullest form it gives: name, role, party."""

from __future__ import annotations

import re
from dataclasses import dataclass

from holdfire.articles.items import Found
from holdfire.articles.parties import ADJECTIVE, GROUP, NAME, SEAT, Mention, Parties
from holdfire.articles.phrases import Phrase, Phrases
from holdfire.articles.text import Article
from holdfire.articles.words import Words, words


@dataclass(frozen=True)
class Speaker:
    """Somebody who speaks. `name` is what the article calls them, in its fullest form."""

    name: Found
    role: Found | None
    party: Found | None
    person: bool


class People:
    """Those whom one article names, by surname."""

    def __init__(self, article: Article, parties: Parties, phrases: Phrases):
        self.article, self.parties, self.phrases = article, parties, phrases
        self.w: Words = words(article.language)
        self.people: dict[str, Speaker] = {}

    def of(self, phrase: Phrase, last: Speaker | None) -> Speaker | None:
        """Tell role, name and party apart in a noun phrase; `last` is whoever spoke last."""
        text = self.article.text
        said = [text[slice(*t)] for t in phrase.tokens]
        tokens = list(phrase.tokens)
        mentions = self.parties.mentions(phrase.start, phrase.end)
        party = _party(mentions)
        split = self.phrases.role_end(tokens, said, mentions)
        if split == 0:
            return self._org_or_name(phrase, tokens, said, party, mentions)
        role = Found(
            text[tokens[0][0] : tokens[split - 1][1]].strip(),
            tokens[0][0],
            tokens[split - 1][1],
            "stands before the name",
        )
        if split == len(tokens) and phrase.alias:
            name = Found(text[slice(*phrase.alias)], *phrase.alias, "named beside the speech verb")
            return self.known(name, role, party, person=True)
        if split == len(tokens):
            return self._role_only(last, phrase, tokens, said, role, party, mentions)
        end = next((i for i in range(split, len(said)) if said[i] == "of"), len(said)) - 1
        name = Found(
            text[tokens[split][0] : tokens[end][1]], tokens[split][0], tokens[end][1], "named beside the speech verb"
        )
        if said[split - 1].lower().rstrip("s") in ("front", "league") or (
            mentions and mentions[-1].start >= name.start and mentions[-1].how == GROUP
        ):
            party = Found(mentions[-1].name, mentions[-1].start, mentions[-1].end, "an armed group")
        return self.known(name, role, party, person=True)

    def _role_only(
        self,
        last: Speaker | None,
        phrase: Phrase,
        tokens: list[tuple[int, int]],
        said: list[str],
        role: Found,
        party: Found | None,
        mentions: list[Mention],
    ) -> Speaker | None:
        groups = [m for m in mentions if m.how == GROUP]
        if groups and self.w.has("group_marks", str(role.value)):
            named = Found(groups[-1].name, groups[-1].start, groups[-1].end, "an armed group")
            return Speaker(named, None, named, False)
        head = next(
            i for i in range(len(said) - 1, -1, -1) if re.sub(r"['’]s$", "", said[i].lower()) in self.phrases.role_heads
        )
        if phrase.definite:
            for person in reversed(list(self.people.values())):
                its = str(person.role.value).lower() if person.role else ""
                if its.split()[-1:] == [said[head].lower()]:
                    return person
            if (
                last is not None
                and last.person
                and said[head].lower() in ("president", "minister", "premier")
                and party
            ):
                if last.role is None:
                    return self.known(last.name, role, party, person=True)
                return last
        name = Found(said[head], tokens[head][0], tokens[head][1], "no name is given")
        speaker = Speaker(name, role if len(tokens) > 1 else None, party, True)
        if len(tokens) > 1:
            self.people[f"{role.value}@{role.start}"] = speaker
        return speaker

    def _org_or_name(
        self,
        phrase: Phrase,
        tokens: list[tuple[int, int]],
        said: list[str],
        party: Found | None,
        mentions: list[Mention],
    ) -> Speaker | None:
        text = self.article.text
        org = any(re.sub(r"['’]s$", "", w.lower()) in self.phrases.orgs for w in said)
        if len(said) == 1 and said[0].lower() in ("group", "front", "league", "movement") and phrase.definite:
            earlier = [m for m in self.parties.mentions(0, phrase.start) if m.how == GROUP]
            if earlier:
                named = Found(earlier[-1].name, earlier[-1].start, earlier[-1].end, "the group named before")
                return Speaker(named, None, named, False)
        groups = [m for m in mentions if m.how == GROUP]
        if groups:
            named = Found(groups[-1].name, groups[-1].start, groups[-1].end, "an armed group")
            return Speaker(named, None, named, False)
        if org and party and len(said) > 1:
            first = mentions[0]
            own = re.match(r"['’]s", text[first.end :]) or said[-1].islower() or first.how == ADJECTIVE
            if first.start == phrase.start and own and first.how in (NAME, ADJECTIVE) and first.end < tokens[-1][0]:
                tokens = [t for t in tokens if t[0] >= first.end]
        name = Found(text[tokens[0][0] : tokens[-1][1]], tokens[0][0], tokens[-1][1], "named beside the speech verb")
        if mentions and not org and mentions[0].start == phrase.start and mentions[0].end >= phrase.end - 2:
            name = Found(
                text[mentions[0].start : mentions[0].end], mentions[0].start, mentions[0].end, "a party as a whole"
            )
            return Speaker(name, None, party, False)
        if org and party and not self._owns(mentions, phrase):
            party = None
        person = not org and 1 <= len(said) <= 3
        return self.known(name, None, party, person)

    def _owns(self, mentions: list[Mention], phrase: Phrase) -> bool:
        """Tell whether an organisation is its country's: "Russia's ministry", but not "Sudan Doctors Network"."""
        text = self.article.text
        for mention in mentions:
            of = re.search(r"\bof (?:the )?$", text[: mention.start]) is not None
            if (
                mention.how != NAME
                or of
                or text[mention.end : mention.end + 2] in ("'s", "’s")
                or self.article.language != "en"
            ):
                return True
            if text[phrase.end - 1].islower() and text[phrase.start : phrase.end].split()[-1].islower():
                return True
        return False

    def known(self, name: Found, role: Found | None, party: Found | None, person: bool) -> Speaker:
        """Return the speaker in the fullest form the article gives: name, role and party may stand elsewhere."""
        key = _key(str(name.value))
        match = next((k for k in self.people if "@" not in k and _same(k, key)), None)
        if match is not None and person:
            before = self.people[match]
            fuller = before.name if len(str(before.name.value)) >= len(str(name.value)) else name
            merged = Speaker(fuller, before.role or role, before.party or party, True)
            self.people[match] = merged
            return merged
        speaker = Speaker(name, role, party, person)
        if person:
            self.people[key] = speaker
        return speaker


def _party(mentions: list[Mention]) -> Found | None:
    for how in (GROUP, ADJECTIVE, NAME, SEAT):
        for mention in mentions:
            if mention.how == how:
                return Found(mention.name, mention.start, mention.end, f"by its {how}")
    return None


def _key(name: str) -> str:
    return name.split()[-1].casefold()


def _same(a: str, b: str) -> bool:
    """Tell whether two surnames are one; Cyrillic ones may stand in different cases."""
    if a == b:
        return True
    cyrillic = re.search("[а-яіїєґё]", a) is not None
    shared = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        shared += 1
    return cyrillic and shared >= 4 and len(a) - shared <= 3 and len(b) - shared <= 3
