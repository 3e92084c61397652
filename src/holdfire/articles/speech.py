"""Who says so? Speakers with role and party, found by speech verbs outside of quotes and by "according to"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from holdfire.articles.dates import whens
from holdfire.articles.items import Found
from holdfire.articles.parties import Parties
from holdfire.articles.people import People, Speaker
from holdfire.articles.phrases import Phrase, Phrases
from holdfire.articles.sentences import Quote, Sentence, outside
from holdfire.articles.text import Article
from holdfire.articles.words import Words, words

_BETWEEN_VERB_AND_DAY = re.compile(
    r"^\s*(?:(?:in a (?:\w+ )?statement|reporters|journalists|parliament|the|to|in|on|at|via|у|в|во|[A-Z][\w-]+)\s*)*$"
)
_SUBORDINATE = frozenset(
    (
        *("that", "when", "who", "which", "whom", "whether", "where", "if", "because"),
        *("що", "який", "яка", "хто", "что", "который", "которая", "кто"),
    )
)
_ADDRESSED = re.compile(
    r"\s+(?:reporters|journalists|parliament|lawmakers)(?:\s+in\s+[A-Z][\w-]+(?: [A-Z][\w-]+)?)?(?=\s|[.,])"
)
_SCARE_QUOTE = 3
# No writer's sentence is longer; what is, was cut wrongly or is no prose, and would take minutes.
LONGEST_SENTENCE = 4000


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


class Speakers:
    """The speakers of an article, and what each of its sentences attributes to whom."""

    def __init__(self, article: Article, found: list[Sentence], parties: Parties):
        self.article, self.sentences, self.parties = article, found, parties
        self.w: Words = words(article.language)
        self._phrases = Phrases(article, parties)
        self._known = People(article, parties, self._phrases)
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
        return list(self._known.people.values())

    def covers(self, start: int, end: int) -> bool:
        """Tell whether a span lies within the words that name a speaker, rather than in what was said."""
        return any(a.np[0] <= start and end <= a.np[1] for a in self.attributions)

    def before(self, floor: int, at: int) -> tuple[Speaker | None, tuple[int, int], str] | None:
        """Return who does what a verb at `at` says: the speaker, the span of the phrase, and the phrase as written.

        The speaker is null for a pronoun, whose meaning depends on whose words it stands in. Null without a phrase.
        """
        phrase = self._phrases.leftward(floor, at)
        if phrase is None:
            return None
        span = phrase.start, phrase.end
        written = self.article.text[phrase.start : phrase.end]
        if written.lower() in self._phrases.pronouns:
            return None, span, written
        return self._looked_at(phrase), span, written

    def after(self, at: int, ceiling: int) -> Speaker | None:
        """Return who is named by the phrase that begins at `at`."""
        phrase = self._phrases.rightward(at, ceiling)
        return None if phrase is None else self._looked_at(phrase)

    def inside(self, outer: Quote, inner: Quote) -> Speaker | None:
        """Return who says a quote that stands within another: "X told me, 'we agree'"."""
        text = self.article.text
        for pattern in self._verbs.values():
            for hit in pattern.finditer(text, outer.start, inner.start):
                phrase = self._phrases.leftward(outer.start, hit.start())
                if phrase is not None:
                    return self._looked_at(phrase)
        return None

    def _looked_at(self, phrase: Phrase) -> Speaker | None:
        """Return the speaker of a phrase without remembering them as one who spoke."""
        kept, last = dict(self._known.people), self._last
        speaker = self._speaker(phrase)
        self._known.people, self._last = kept, last
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
        for hit in re.finditer(
            rf"(?<![\w-])(?i:{'|'.join(sorted(self._phrases.role_heads))})\s+(?P<names>{names})", text
        ):
            phrase = self._phrases.walk_left(max(0, hit.start() - 80), hit.start("names") + len(hit["names"].rstrip()))
            if phrase is not None and "\n" not in text[phrase.start : phrase.end]:
                self._speaker(phrase)

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
        if sentence.end - start > LONGEST_SENTENCE:
            return []
        shown = outside(text, sentence, _SCARE_QUOTE)
        hits: list[tuple[int, int, str, Phrase]] = []
        for hit in self.w.pattern("sources_own").finditer(shown):
            own = Phrase(start + hit.start(), start + hit.end(), ((start + hit.start(), start + hit.end()),), False)
            hits.append((start + hit.start(), start + hit.end(), "say", own))
        for hit in re.finditer(rf"(?<!\w){self.w.fragment('sources')}\s+", shown, re.IGNORECASE):
            phrase = self._phrases.rightward(start + hit.end(), sentence.end)
            if phrase:
                hits.append((start + hit.start(), start + hit.end(), "say", phrase))
        for kind, pattern in self._verbs.items():
            for hit in pattern.finditer(shown):
                verb = start + hit.start(), start + hit.end()
                if any(a <= verb[0] < b for a, b, _, _ in hits) or self._is_participle(kind, shown, hit):
                    continue
                phrase = self._phrases.leftward(sentence.start, verb[0]) or self._phrases.inverted(
                    verb[1], sentence, shown
                )
                if phrase is None or self._is_embedded(sentence, phrase, verb[0]):
                    continue
                if all(phrase.end <= h[3].start or phrase.start >= h[3].end for h in hits):
                    hits.append((*verb, kind, phrase))
        hits.sort(key=lambda h: h[0])
        hits = self._without_outlets(hits)
        found: list[Attribution] = []
        bounds = [(min(a, p.start), max(b, p.end)) for a, b, _, p in hits]
        for number, (a, b, kind, phrase) in enumerate(hits):
            speaker = self._speaker(phrase)
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

    def _is_embedded(self, sentence: Sentence, phrase: Phrase, verb: int) -> bool:
        """Tell whether the phrase stands within what another said: "denied that the front had promised"."""
        if phrase.start > verb:
            return False
        before = self.article.text[sentence.start : phrase.start].rstrip()
        before = re.sub(rf"(?<!\w){self.w.fragment('articles')}$", "", before, flags=re.IGNORECASE).rstrip()
        last = re.search(r"[\w'’]+$", before)
        if last is None:
            return False
        return last[0].lower() in _SUBORDINATE or any(v.fullmatch(last[0]) for v in self._verbs.values())

    def _without_outlets(self, hits: list[tuple[int, int, str, Phrase]]) -> list[tuple[int, int, str, Phrase]]:
        """Leave out "according to X" behind a speech verb: X is then where it was said, not who said it."""
        spoken = [h for h in hits if h[3].start < h[0]]
        return [h for h in hits if not (spoken and h[3].start > h[0] and h[0] > spoken[0][1] and self._is_source(h))]

    def _is_source(self, hit: tuple[int, int, str, Phrase]) -> bool:
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

    def _speaker(self, phrase: Phrase) -> Speaker | None:
        """Return who a noun phrase means; a pronoun is whoever was spoken of or spoke last."""
        written = self.article.text[slice(*phrase.tokens[-1])]
        if written.lower() in self._phrases.pronouns or self.w.pattern("sources_own").fullmatch(written):
            return self._subject_before(phrase.start) or self._last
        return self._known.of(phrase, self._last)

    def _subject_before(self, at: int) -> Speaker | None:
        """Return whom the sentence before speaks of without citing anybody: "Envoy X is confident. He said"."""
        index = next((n for n, s in enumerate(self.sentences) if s.start <= at < s.end), 0)
        before, here = self.sentences[max(0, index - 1)], self.sentences[index]
        if index == 0 or before.paragraph != here.paragraph or self._last_index == index - 1:
            return None
        named = [
            (self.article.text.find(str(p.name.value), before.start, before.end), p)
            for p in self._known.people.values()
            if str(p.name.value)[:1].isupper()
        ]
        standing = sorted((n for n in named if n[0] >= 0), key=lambda n: n[0])
        return standing[0][1] if standing else None

    def _day(self, sentence: Sentence, a: int, b: int, phrase: Phrase) -> Found | None:
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

    def _opening_day(self, sentence: Sentence, phrase: Phrase, verb: int) -> Found | None:
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
