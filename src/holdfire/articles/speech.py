"""Who says so? Speakers with role and party, found by speech verbs outside of quotes and by "according to"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from holdfire.articles.dates import whens
from holdfire.articles.items import Found
from holdfire.articles.parties import ADJECTIVE, GROUP, NAME, SEAT, Mention, Parties
from holdfire.articles.sentences import Quote, Sentence, outside
from holdfire.articles.text import Article
from holdfire.articles.words import Words, words

_TOKEN = re.compile(r"(?:[A-Z]\.){2,}|[\w][\w'’ʼ.-]*[\w]|\w|[^\w\s]")
_BETWEEN_VERB_AND_DAY = re.compile(
    r"^\s*(?:(?:in a (?:\w+ )?statement|reporters|journalists|parliament|the|to|in|on|at|via|у|в|во|[A-Z][\w-]+)\s*)*$"
)
_LEADING = frozenset(["of", "for", "from", "the", "and", "at"])
_SUBORDINATE = frozenset(
    [
        "that",
        "when",
        "who",
        "which",
        "whom",
        "whether",
        "where",
        "if",
        "because",
        "що",
        "який",
        "яка",
        "хто",
        "що",
        "что",
        "который",
        "которая",
        "кто",
    ]
)
_ADDRESSED = re.compile(
    r"\s+(?:reporters|journalists|parliament|lawmakers)(?:\s+in\s+[A-Z][\w-]+(?: [A-Z][\w-]+)?)?(?=\s|[.,])"
)
_NAMED_AS = re.compile(r"\b(?:name(?: only)?|identified(?: only)?|known(?: only)?) as ((?:[A-Z][\w'’-]+ ?)+)")
_SCARE_QUOTE = 3
FARTHEST_ROLE = 12


@dataclass(frozen=True)
class Speaker:
    """Somebody who speaks. `name` is what the article calls them, in its fullest form."""

    name: Found
    role: Found | None
    party: Found | None
    person: bool


@dataclass(frozen=True)
class Attribution:
    """One "X said": its sentence, the speaker, what kind of speech it is, and the spans of what was said."""

    sentence: int
    speaker: Speaker
    kind: str
    verb: tuple[int, int]
    np: tuple[int, int]
    said_on: Found | None
    via: Found | None
    content: tuple[tuple[int, int], ...]
    carried: bool = False


@dataclass(frozen=True)
class _Phrase:
    """A noun phrase that may name a speaker; spans are those of the article's text."""

    start: int
    end: int
    tokens: tuple[tuple[int, int], ...]
    definite: bool
    alias: tuple[int, int] | None = None


class Speakers:
    """The speakers of an article, and what each of its sentences attributes to whom."""

    def __init__(self, article: Article, found: list[Sentence], parties: Parties):
        self.article, self.sentences, self.parties = article, found, parties
        self.w: Words = words(article.language)
        self._roles, self._orgs = self.w.members("roles"), self.w.members("orgs")
        self._role_heads = frozenset(e.split()[-1].lower() for e in self.w.entries("roles"))
        self._modifiers = self.w.members("modifiers")
        self._not_names = self.w.members("not_names")
        self._articles, self._pronouns = self.w.members("articles"), self.w.members("pronouns")
        self._people: dict[str, Speaker] = {}
        self._last: Speaker | None = None
        self._last_index = -1
        self._verbs = {k: re.compile(rf"(?<![\w-]){v}(?!\w)") for k, v in self.w.speech().items()}
        self._via = [re.compile(v) for v in self.w.entries("via")]
        self._introduce()
        # Twice: a role that is told late in an article belongs to the name that came first, too.
        for _ in range(2):
            self._last, self._last_index = None, -1
            self.attributions = self._read()

    def by_sentence(self, index: int) -> list[Attribution]:
        return [a for a in self.attributions if a.sentence == index]

    def people(self) -> list[Speaker]:
        return list(self._people.values())

    def covers(self, start: int, end: int) -> bool:
        """Tell whether a span lies within the words that name a speaker, rather than in what was said."""
        return any(a.np[0] <= start and end <= a.np[1] for a in self.attributions)

    def before(self, floor: int, at: int) -> tuple[Speaker | None, tuple[int, int], str] | None:
        """Return who does what a verb at `at` says: the speaker, the span of the phrase, and the phrase as written.

        The speaker is null for a pronoun, whose meaning depends on whose words it stands in. Null without a phrase.
        """
        shown = self.article.text[floor:at]
        phrase = self._leftward(floor, at, shown)
        if phrase is None:
            return None
        span = phrase.start, phrase.end
        written = self.article.text[phrase.start : phrase.end]
        if written.lower() in self._pronouns:
            return None, span, written
        return self._looked_at(phrase, at), span, written

    def after(self, at: int, ceiling: int) -> Speaker | None:
        """Return who is named by the phrase that begins at `at`."""
        phrase = self._rightward(at, ceiling)
        return None if phrase is None else self._looked_at(phrase, at)

    def inside(self, outer: Quote, inner: Quote) -> Speaker | None:
        """Return who says a quote that stands within another: "X told me, 'we agree'"."""
        text = self.article.text
        for pattern in self._verbs.values():
            for hit in pattern.finditer(text, outer.start, inner.start):
                phrase = self._leftward(outer.start, hit.start(), text[outer.start : hit.start()])
                if phrase is not None:
                    return self._looked_at(phrase, hit.start())
        return None

    def _looked_at(self, phrase: _Phrase, at: int) -> Speaker | None:
        """Return the speaker of a phrase without remembering them as one who spoke."""
        kept, last = dict(self._people), self._last
        speaker = self._speaker(phrase, at)
        self._people, self._last = kept, last
        return speaker

    def at(self, index: int, start: int) -> Attribution | None:
        """Return whose words a character stands in: those of an attribution of its sentence; null if none covers it."""
        own = self.by_sentence(index)
        for attribution in own:
            if any(a <= start < b for a, b in attribution.content):
                return attribution
        return None

    def _introduce(self) -> None:
        """Learn the people that the article names with their role, whether they speak or not."""
        text = self.article.text
        names = r"(?:[A-ZÀ-ÞА-ЯЁІЇЄҐ][\w'’ʼ-]+(?:\s+(?=[A-ZÀ-ÞА-ЯЁІЇЄҐ])|(?![\w])))+"
        for hit in re.finditer(rf"(?<![\w-])(?i:{'|'.join(sorted(self._role_heads))})\s+(?P<names>{names})", text):
            phrase = self._walk_left(max(0, hit.start() - 80), hit.start("names") + len(hit["names"].rstrip()))
            if phrase is not None and "\n" not in text[phrase.start : phrase.end]:
                self._speaker(phrase, phrase.end)

    def _read(self) -> list[Attribution]:
        found: list[Attribution] = []
        running: Attribution | None = None
        for index, sentence in enumerate(self.sentences):
            own = self._of_sentence(index, sentence)
            opening = self.article.text[sentence.start : sentence.start + 1]
            if not own and running is not None and opening in '"“«' and opening:
                own = [
                    replace(
                        running, sentence=index, carried=True, content=((sentence.start, sentence.end),), said_on=None
                    )
                ]
            elif not own and sentence.quotes and self._is_all_quote(sentence) and found and self._last is not None:
                before = found[-1]
                if before.sentence == index - 1 and self.sentences[index - 1].paragraph == sentence.paragraph:
                    own = [
                        replace(
                            before,
                            sentence=index,
                            carried=True,
                            content=((sentence.start, sentence.end),),
                            said_on=None,
                        )
                    ]
            found.extend(own)
            running = own[-1] if own and any(q.continues for q in sentence.quotes) else None
        return found

    def _is_all_quote(self, sentence: Sentence) -> bool:
        quoted = sum(q.end - q.start for q in sentence.quotes if q.depth == 1)
        return quoted > 0.8 * (sentence.end - sentence.start)

    def _of_sentence(self, index: int, sentence: Sentence) -> list[Attribution]:
        text, start = self.article.text, sentence.start
        shown = outside(text, sentence, _SCARE_QUOTE)
        hits: list[tuple[int, int, str, _Phrase]] = []
        for hit in self.w.pattern("sources_own").finditer(shown):
            own = _Phrase(start + hit.start(), start + hit.end(), ((start + hit.start(), start + hit.end()),), False)
            hits.append((start + hit.start(), start + hit.end(), "say", own))
        for hit in re.finditer(rf"(?<!\w){self.w.fragment('sources')}\s+", shown, re.IGNORECASE):
            phrase = self._rightward(start + hit.end(), sentence.end)
            if phrase:
                hits.append((start + hit.start(), start + hit.end(), "say", phrase))
        for kind, pattern in self._verbs.items():
            for hit in pattern.finditer(shown):
                verb = start + hit.start(), start + hit.end()
                if any(a <= verb[0] < b for a, b, _, _ in hits) or self._is_participle(kind, shown, hit):
                    continue
                phrase = self._leftward(sentence.start, verb[0], shown) or self._inverted(verb[1], sentence, shown)
                if phrase is None or self._is_embedded(sentence, phrase, verb[0]):
                    continue
                if all(phrase.end <= h[3].start or phrase.start >= h[3].end for h in hits):
                    hits.append((*verb, kind, phrase))
        hits.sort(key=lambda h: h[0])
        hits = self._without_outlets(hits)
        found: list[Attribution] = []
        bounds = [(min(a, p.start), max(b, p.end)) for a, b, _, p in hits]
        for number, (a, b, kind, phrase) in enumerate(hits):
            speaker = self._speaker(phrase, a)
            if speaker is None:
                continue
            self._last, self._last_index = speaker, index
            addressed = _ADDRESSED.match(text, b)
            if addressed and phrase.start < a:
                bounds[number] = (bounds[number][0], max(bounds[number][1], addressed.end()))
            low = bounds[number - 1][1] if number else sentence.start
            high = bounds[number + 1][0] if number + 1 < len(bounds) else sentence.end
            content = self._content(bounds[number], low, high, len(bounds) == 1)
            via = self._via_of(sentence, a, high)
            found.append(
                Attribution(
                    index,
                    speaker,
                    kind,
                    (a, b),
                    (phrase.start, phrase.end),
                    self._day(sentence, a, b, phrase),
                    via,
                    content,
                )
            )
        return found

    def _is_participle(self, kind: str, shown: str, hit: re.Match[str]) -> bool:
        if kind not in ("announce", "propose"):
            return False
        after = shown[hit.end() :].lstrip().lower()
        return any(re.match(rf"{e}\b", after) for e in self.w.entries("not_speech_after"))

    def _is_embedded(self, sentence: Sentence, phrase: _Phrase, verb: int) -> bool:
        """Tell whether the phrase stands within what another said: "denied that the front had promised"."""
        if phrase.start > verb:
            return False
        before = self.article.text[sentence.start : phrase.start].rstrip()
        before = re.sub(rf"(?<!\w){self.w.fragment('articles')}$", "", before, flags=re.IGNORECASE).rstrip()
        last = re.search(r"[\w'’]+$", before)
        if last is None:
            return False
        return last[0].lower() in _SUBORDINATE or any(v.fullmatch(last[0]) for v in self._verbs.values())

    def _without_outlets(self, hits: list[tuple[int, int, str, _Phrase]]) -> list[tuple[int, int, str, _Phrase]]:
        """Leave out "according to X" behind a speech verb: X is then where it was said, not who said it."""
        spoken = [h for h in hits if h[3].start < h[0]]
        return [h for h in hits if not (spoken and h[3].start > h[0] and h[0] > spoken[0][1] and self._is_source(h))]

    def _is_source(self, hit: tuple[int, int, str, _Phrase]) -> bool:
        return (
            re.fullmatch(rf"{self.w.fragment('sources')}\s+", self.article.text[hit[0] : hit[1]], re.IGNORECASE)
            is not None
        )

    def _content(self, own: tuple[int, int], low: int, high: int, alone: bool) -> tuple[tuple[int, int], ...]:
        skipped = [b for a, b in self.article.skipped if a <= low < b]
        low = max([low, *skipped])
        contrasted = (
            re.search(r",\s+(?:while|whereas|but|and)\s+(?:the\s+)?$", self.article.text[low : own[0]]) is not None
        )
        if alone and not contrasted:
            return ((low, own[0]), (own[1], high))
        after = self.article.text[own[1] : high]
        said_after = len(re.findall(r"\w+", after)) > 4
        return ((own[1], high),) if said_after else ((low, own[0]),)

    def _leftward(self, floor: int, verb: int, shown: str) -> _Phrase | None:
        """Return the noun phrase right before a verb, over adverbs, days and what stands between commas."""
        text = self.article.text
        at = self._over_fillers(floor, verb, shown)
        if at > floor and text[at - 1] == "," and self.article.language == "en":
            inner = text.rfind(",", floor, at - 1)
            if inner > floor and len(text[inner:at].split()) <= FARTHEST_ROLE:
                return self._over_aside(floor, inner, at)
            return None
        return self._walk_left(floor, at)

    def _over_aside(self, floor: int, inner: int, at: int) -> _Phrase | None:
        """Return who speaks before "..., aside, said": the name in the aside, or the phrase before it."""
        text = self.article.text
        before = self._walk_left(floor, inner)
        if alias := _NAMED_AS.search(text, inner, at):
            return (
                replace(before, alias=(alias.start(1), alias.start(1) + len(alias[1].rstrip(" ,")))) if before else None
            )
        named = self._walk_left(inner + 1, at - 1)
        if named is None or named.start - inner > 3:
            return before
        name = text[named.start : named.end]
        is_name = all(w[:1].isupper() and w.lower() not in self._roles | self._orgs for w in name.split())
        if not is_name:
            return before
        beside = before is not None and self._role_end(
            list(before.tokens), [text[slice(*t)] for t in before.tokens], []
        ) == len(before.tokens)
        return replace(before, alias=(named.start, named.end)) if before is not None and beside else named

    def _over_fillers(self, floor: int, at: int, shown: str) -> int:
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

    def _walk_left(self, floor: int, at: int) -> _Phrase | None:
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
                if not before or not (before.lower() in self._roles | self._orgs or named):
                    break
            elif not self._fits(word):
                break
            taken.insert(0, tokens[position])
            position -= 1
        while taken and text[slice(*taken[0])].lower() in _LEADING:
            taken.pop(0)
        return self._phrase(taken, definite)

    def _inverted(self, at: int, sentence: Sentence, shown: str) -> _Phrase | None:
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
        return self._rightward(position, sentence.end)

    def _rightward(self, at: int, ceiling: int) -> _Phrase | None:
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
        if lower in self._pronouns or bare in self._roles or bare in self._orgs or bare in self._modifiers:
            return True
        if self.w.value("weekdays", lower) is not None or self.w.value("months", lower) is not None:
            return False
        return word[:1].isupper() and lower not in self._not_names

    def _phrase(self, tokens: list[tuple[int, int]], definite: bool) -> _Phrase | None:
        if not tokens:
            return None
        text = self.article.text
        said = [text[slice(*t)] for t in tokens]
        named = any(w[:1].isupper() or w.lower() in self._role_heads | self._orgs | self._pronouns for w in said)
        only_modifiers = all(
            w.lower() in self._modifiers and w.islower() and w not in self._orgs | self._role_heads for w in said
        )
        if not named or only_modifiers:
            return None
        return _Phrase(tokens[0][0], tokens[-1][1], tuple(tokens), definite)

    def _speaker(self, phrase: _Phrase, verb: int) -> Speaker | None:
        """Tell role, name and party apart in a noun phrase; a pronoun is whoever spoke last."""
        text = self.article.text
        said = [text[slice(*t)] for t in phrase.tokens]
        if said[-1].lower() in self._pronouns or self.w.pattern("sources_own").fullmatch(said[-1]):
            return self._subject_before(phrase.start) or self._last
        tokens = list(phrase.tokens)
        mentions = self.parties.mentions(phrase.start, phrase.end)
        party = _party(mentions)
        split = self._role_end(tokens, said, mentions)
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
            return self._known(name, role, party, person=True)
        if split == len(tokens):
            return self._role_only(phrase, tokens, said, role, party, mentions)
        last = next((i for i in range(split, len(said)) if said[i] == "of"), len(said)) - 1
        name = Found(
            text[tokens[split][0] : tokens[last][1]], tokens[split][0], tokens[last][1], "named beside the speech verb"
        )
        if said[split - 1].lower().rstrip("s") in ("front", "league") or (
            mentions and mentions[-1].start >= name.start and mentions[-1].how == GROUP
        ):
            party = Found(mentions[-1].name, mentions[-1].start, mentions[-1].end, "an armed group")
        return self._known(name, role, party, person=True)

    def _subject_before(self, at: int) -> Speaker | None:
        """Return whom the sentence before speaks of without citing anybody: "Envoy X is confident. He said"."""
        index = next((n for n, s in enumerate(self.sentences) if s.start <= at < s.end), 0)
        before, here = self.sentences[max(0, index - 1)], self.sentences[index]
        if index == 0 or before.paragraph != here.paragraph or self._last_index == index - 1:
            return None
        named = [
            (self.article.text.find(str(p.name.value), before.start, before.end), p)
            for p in self._people.values()
            if str(p.name.value)[:1].isupper()
        ]
        standing = sorted((n for n in named if n[0] >= 0), key=lambda n: n[0])
        return standing[0][1] if standing else None

    def _role_end(self, tokens: list[tuple[int, int]], said: list[str], mentions: list[Mention]) -> int:
        """Return how many tokens of a phrase are the role; 0 if none is."""
        lower = [re.sub(r"['’]s$", "", w.lower()) for w in said]
        roles = [i for i, w in enumerate(lower) if w in self._role_heads]
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
            known = lower[end] in self._modifiers | self._orgs | self._role_heads
            party = any(m.start <= tokens[end][0] < m.end for m in mentions)
            before = self.article.text[tokens[end][0] - 1]
            quoted = (quoted or before in '«“"') and "»" not in self.article.text[tokens[end - 1][1] : tokens[end][0]]
            of_three = end == roles[0] + 1 and len(said) - end == 3 and all(w[:1].isupper() for w in said[end:])
            if not (known or party or quoted or of_three):
                break
            end += 1
        return end

    def _role_only(
        self,
        phrase: _Phrase,
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
            i for i in range(len(said) - 1, -1, -1) if re.sub(r"['’]s$", "", said[i].lower()) in self._role_heads
        )
        if phrase.definite:
            for person in reversed(list(self._people.values())):
                its = str(person.role.value).lower() if person.role else ""
                if its.split()[-1:] == [said[head].lower()]:
                    return person
            if (
                self._last is not None
                and self._last.person
                and said[head].lower() in ("president", "minister", "premier")
                and party
            ):
                if self._last.role is None:
                    return self._known(self._last.name, role, party, person=True)
                return self._last
        name = Found(said[head], tokens[head][0], tokens[head][1], "no name is given")
        speaker = Speaker(name, role if len(tokens) > 1 else None, party, True)
        if len(tokens) > 1:
            self._people[f"{role.value}@{role.start}"] = speaker
        return speaker

    def _org_or_name(
        self,
        phrase: _Phrase,
        tokens: list[tuple[int, int]],
        said: list[str],
        party: Found | None,
        mentions: list[Mention],
    ) -> Speaker | None:
        text = self.article.text
        org = any(re.sub(r"['’]s$", "", w.lower()) in self._orgs for w in said)
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
        return self._known(name, None, party, person)

    def _owns(self, mentions: list[Mention], phrase: _Phrase) -> bool:
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

    def _known(self, name: Found, role: Found | None, party: Found | None, person: bool) -> Speaker:
        """Return the speaker in the fullest form the article gives: name, role and party may stand elsewhere."""
        key = _key(str(name.value))
        match = next((k for k in self._people if "@" not in k and _same(k, key)), None)
        if match is not None and person:
            before = self._people[match]
            fuller = before.name if len(str(before.name.value)) >= len(str(name.value)) else name
            merged = Speaker(fuller, before.role or role, before.party or party, True)
            self._people[match] = merged
            return merged
        speaker = Speaker(name, role, party, person)
        if person:
            self._people[key] = speaker
        return speaker

    def _day(self, sentence: Sentence, a: int, b: int, phrase: _Phrase) -> Found | None:
        text = self.article.text
        low = min(phrase.end, b)
        for day in whens(text, sentence.start, sentence.end, self.w, self.article.published):
            if day.night or day.start < low:
                continue
            before_verb = phrase.end <= day.start and day.end <= a + 1
            after = max(b, phrase.end if phrase.start >= b else b)
            between = text[after : day.start] if day.start >= after else None
            if before_verb or (between is not None and _BETWEEN_VERB_AND_DAY.match(between)):
                return Found(day.day.isoformat(), day.start, day.end, f"beside the speech verb: {day.reason}")
        opening = self._opening_day(sentence, phrase, a)
        if opening is not None:
            return opening
        if hit := self.w.pattern("day_before").search(text, phrase.start, min(sentence.end, b + 30)):
            return self._day_before(sentence, hit)
        return None

    def _opening_day(self, sentence: Sentence, phrase: _Phrase, verb: int) -> Found | None:
        """Return the day that opens a sentence on what somebody said: "On Thursday, in Geneva, X announced"."""
        text = self.article.text
        for day in whens(text, sentence.start, phrase.start, self.w, self.article.published):
            between = text[day.end : phrase.start]
            opens = len(text[sentence.start : day.start].split()) <= 1 and between.startswith(",")
            if opens and not day.night and phrase.start < verb and not self.w.has("attack_verbs", between):
                return Found(day.day.isoformat(), day.start, day.end, f"opens the sentence: {day.reason}")
        return None

    def _day_before(self, sentence: Sentence, hit: re.Match[str]) -> Found | None:
        from datetime import timedelta

        earlier = [
            d
            for d in whens(self.article.text, self.article.body, sentence.start, self.w, self.article.published)
            if not d.night
        ]
        spoken = [d for d in earlier if any(x.said_on and x.said_on.start == d.start for x in self._said())]
        if not spoken:
            return None
        day = spoken[-1].day - timedelta(days=1)
        return Found(day.isoformat(), hit.start(), hit.end(), f"the day before {spoken[-1].day}")

    def _said(self) -> list[Attribution]:
        return getattr(self, "attributions", [])

    def _via_of(self, sentence: Sentence, low: int, high: int) -> Found | None:
        for pattern in self._via:
            if hit := pattern.search(self.article.text, max(sentence.start, low - 1), max(high, low)):
                a, b = hit.span("via")
                named = self.article.text[a:b].rstrip()
                return Found(re.sub(r"^the ", "", named), a, a + len(named), "where it was said")
        return None


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
