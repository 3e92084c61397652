"""Noun phrases that may name somebody: walked word by word from where a verb stands, over adverbs, days and asides."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from holdfire.articles.dates import whens
from holdfire.articles.parties import Mention, Parties
from holdfire.articles.sentences import Sentence
from holdfire.articles.text import Article
from holdfire.articles.words import Words, words

_TOKEN = re.compile(r"(?:[A-Z]\.){2,}|[\w][\w'’ʼ.-]*[\w]|\w|[^\w\s]")
_LEADING = frozenset(["of", "for", "from", "the", "and", "at"])
_NAMED_AS = re.compile(r"\b(?:name(?: only)?|identified(?: only)?|known(?: only)?) as ((?:[A-Z][\w'’-]+ ?)+)")
FARTHEST_ROLE = 12


@dataclass(frozen=True)
class Phrase:
    """A noun phrase that may name a speaker; spans are those of the article's text."""

    start: int
    end: int
    tokens: tuple[tuple[int, int], ...]
    definite: bool
    alias: tuple[int, int] | None = None


class Phrases:
    """The noun phrases of one article."""

    def __init__(self, article: Article, parties: Parties):
        self.article, self.parties = article, parties
        self.w: Words = words(article.language)
        self.orgs, self.pronouns = self.w.members("orgs"), self.w.members("pronouns")
        self.role_heads = frozenset(e.split()[-1].lower() for e in self.w.entries("roles"))
        self._roles, self._modifiers = self.w.members("roles"), self.w.members("modifiers")
        self._not_names, self._articles = self.w.members("not_names"), self.w.members("articles")

    def leftward(self, floor: int, verb: int) -> Phrase | None:
        """Return the noun phrase right before a verb, over adverbs, days and what stands between commas."""
        text = self.article.text
        at = self._over_fillers(floor, verb)
        if at > floor and text[at - 1] == "," and self.article.language == "en":
            inner = text.rfind(",", floor, at - 1)
            if inner > floor and len(text[inner:at].split()) <= FARTHEST_ROLE:
                return self._over_aside(floor, inner, at)
            return None
        return self.walk_left(floor, at)

    def _over_aside(self, floor: int, inner: int, at: int) -> Phrase | None:
        """Return who speaks before "..., aside, said": the name in the aside, or the phrase before it."""
        text = self.article.text
        before = self.walk_left(floor, inner)
        if alias := _NAMED_AS.search(text, inner, at):
            return (
                replace(before, alias=(alias.start(1), alias.start(1) + len(alias[1].rstrip(" ,")))) if before else None
            )
        named = self.walk_left(inner + 1, at - 1)
        if named is None or named.start - inner > 3:
            return before
        name = text[named.start : named.end]
        is_name = all(w[:1].isupper() and w.lower() not in self._roles | self.orgs for w in name.split())
        if not is_name:
            return before
        beside = before is not None and self.role_end(
            list(before.tokens), [text[slice(*t)] for t in before.tokens], []
        ) == len(before.tokens)
        return replace(before, alias=(named.start, named.end)) if before is not None and beside else named

    def _over_fillers(self, floor: int, at: int) -> int:
        text = self.article.text
        days = whens(text, floor, at, self.w, self.article.published)
        moved = True
        while moved:
            moved = False
            at = floor + len(text[floor:at].rstrip())
            if hit := re.search(rf"(?<!\w){self.w.fragment('fillers')}$", text[floor:at], re.IGNORECASE):
                at, moved = floor + hit.start(), True
            for day in days:
                if day.end == at:
                    at, moved = day.start, True
                    if hit := re.search(rf"(?<!\w){self.w.fragment('day_on')}\s+$", text[floor:at], re.IGNORECASE):
                        at = floor + hit.start()
        return at

    def walk_left(self, floor: int, at: int) -> Phrase | None:
        """Return the noun phrase that ends at a place, no further left than `floor`."""
        text = self.article.text
        tokens = [(floor + m.start(), floor + m.end()) for m in _TOKEN.finditer(text[floor:at])]
        taken: list[tuple[int, int]] = []
        definite = False
        position = len(tokens) - 1
        while position >= 0:
            word = text[slice(*tokens[position])]
            if word.lower() in self._articles and taken:
                before = text[slice(*tokens[position - 1])].lower() if position else ""
                if before in ("of", "for", "and") and position >= 2 and self._fits(text[slice(*tokens[position - 2])]):
                    taken.insert(0, tokens[position])
                    position -= 1
                    continue
                definite = word.lower() in ("the", "his", "her")
                break
            if word in '»”"' and self.article.language != "en":
                opened = max(text.rfind(mark, floor, tokens[position][0]) for mark in '«“"')
                if opened < 0 or tokens[position][0] - opened > 40:
                    break
                inside = [t for t in tokens if opened < t[0] < tokens[position][0]]
                taken = inside + taken
                position = tokens.index(inside[0]) - 2 if inside else position - 1
                continue
            if word.lower() in _LEADING and taken:
                before = text[slice(*tokens[position - 1])] if position else ""
                party = self.parties.mentions(taken[0][0], taken[-1][1])
                named = before[:1].isupper() and (word.lower() == "of" or (word.lower() == "and" and party))
                if not before or not (before.lower() in self._roles | self.orgs or named):
                    break
            elif not self._fits(word):
                break
            taken.insert(0, tokens[position])
            position -= 1
        while taken and text[slice(*taken[0])].lower() in _LEADING:
            taken.pop(0)
        return self._phrase(taken, definite)

    def inverted(self, at: int, sentence: Sentence, shown: str) -> Phrase | None:
        """Return the noun phrase after a verb: "..., said X", "повідомив голова X", "сообщили в «X»"."""
        text = self.article.text
        days = whens(text, at, sentence.end, self.w, self.article.published)
        position = at + len(text[at : sentence.end]) - len(text[at : sentence.end].lstrip())
        for day in days:
            if day.start <= position < day.end:
                return None
        preposition = re.match(r"(?:у|в|во)\s+", text[position : sentence.end])
        if preposition and self.article.language != "en":
            position += preposition.end()
        elif self.article.language == "en":
            before = shown[: at - sentence.start].rsplit(None, 1)[0].rstrip() if shown.strip() else ""
            if before and before[-1] not in ",\"”’?!»'" and before[-1].strip():
                return None
        return self.rightward(position, sentence.end)

    def rightward(self, at: int, ceiling: int) -> Phrase | None:
        """Return the noun phrase that begins at a place."""
        text = self.article.text
        tokens = [(at + m.start(), at + m.end()) for m in _TOKEN.finditer(text[at:ceiling])]
        taken: list[tuple[int, int]] = []
        definite, opened = False, False
        for number, token in enumerate(tokens):
            word = text[slice(*token)]
            if not taken and word.lower() in self._articles:
                definite = definite or word.lower() in ("the", "his", "her")
                continue
            if word in '«“"' and self.article.language != "en" and number <= 4:
                opened = True
                continue
            if opened and word in '»”"':
                opened = False
                continue
            following = text[slice(*tokens[number + 1])] if number + 1 < len(tokens) else ""
            if word.lower() in ("of", "the", "for") and taken and (self._fits(following) or following.lower() == "the"):
                taken.append(token)
                continue
            if not opened and not self._fits(word):
                break
            taken.append(token)
            if len(taken) > 9:
                break
        return self._phrase(taken, definite)

    def _fits(self, word: str) -> bool:
        lower = word.lower()
        bare = re.sub(r"['’]s$", "", lower)
        if lower in self.pronouns or bare in self._roles or bare in self.orgs or bare in self._modifiers:
            return True
        if self.w.value("weekdays", lower) is not None or self.w.value("months", lower) is not None:
            return False
        return word[:1].isupper() and lower not in self._not_names

    def _phrase(self, tokens: list[tuple[int, int]], definite: bool) -> Phrase | None:
        if not tokens:
            return None
        text = self.article.text
        said = [text[slice(*t)] for t in tokens]
        named = any(w[:1].isupper() or w.lower() in self.role_heads | self.orgs | self.pronouns for w in said)
        only_modifiers = all(
            w.lower() in self._modifiers and w.islower() and w not in self.orgs | self.role_heads for w in said
        )
        if not named or only_modifiers:
            return None
        return Phrase(tokens[0][0], tokens[-1][1], tuple(tokens), definite)

    def role_end(self, tokens: list[tuple[int, int]], said: list[str], mentions: list[Mention]) -> int:
        """Return how many tokens of a phrase are the role; 0 if none is."""
        lower = [re.sub(r"['’]s$", "", w.lower()) for w in said]
        roles = [i for i, w in enumerate(lower) if w in self.role_heads]
        if not roles:
            return 0
        if self.article.language == "en":
            end = roles[-1] + 1
            if end < len(said) and lower[end] == "of":
                following = [i for i in range(end, len(said)) if any(m.start <= tokens[i][0] < m.end for m in mentions)]
                end = following[-1] + 1 if following else len(said)
            return end
        end = roles[0] + 1
        quoted = False
        while end < len(said):
            known = lower[end] in self._modifiers | self.orgs | self.role_heads
            party = any(m.start <= tokens[end][0] < m.end for m in mentions)
            before = self.article.text[tokens[end][0] - 1]
            quoted = (quoted or before in '«“"') and "»" not in self.article.text[tokens[end - 1][1] : tokens[end][0]]
            of_three = end == roles[0] + 1 and len(said) - end == 3 and all(w[:1].isupper() for w in said[end:])
            if not (known or party or quoted or of_three):
                break
            end += 1
        return end
