"""Sentences and quotes. A quote may hold another, and may run on over several paragraphs."""

from __future__ import annotations

import re
from dataclasses import dataclass

OPENS = {"“": "”", "«": "»", "„": "“", "‘": "’"}
_END = re.compile(r"[.!?…]+[\"”»’')\]]*(?=\s+[\"“«„‘'(]?[A-ZÀ-ÞА-ЯЁІЇЄҐ0-9])|[.!?…]+[\"”»’')\]]*\s*$")
_SHORT = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Gen|Col|Lt|Sen|Rep|St|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|No|vs|обл|им|ім|ст|тис|м|р|г)"
    r"|\b[A-ZА-ЯІ]|\b(?:[A-Za-z]\.)+[A-Za-z])\.$"
)
_SPOKEN_AFTER = re.compile(r"\s+(?:[A-Z][\w'’-]+\s){1,3}(?:said|asked|told|wrote)\b")


@dataclass(frozen=True)
class Quote:
    """Words in quotation marks, marks excluded; `depth` is 1 for a quote, 2 for a quote within one."""

    start: int
    end: int
    depth: int
    continues: bool = False


@dataclass(frozen=True)
class Sentence:
    """One sentence with its quotes; spans are those of the article's text."""

    start: int
    end: int
    paragraph: int
    quotes: tuple[Quote, ...]

    def depth(self, at: int) -> int:
        """Return how deep in quotes a character stands: 0 outside."""
        return max((q.depth for q in self.quotes if q.start <= at < q.end), default=0)


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Return the spans of paragraphs, without the space around them: parted by blank lines, or by lines if none is."""
    found, at = [], 0
    parting = r"(\n\s*\n)" if re.search(r"\n\s*\n", text.strip()) else r"(\n)"
    for part in re.split(parting, text):
        body = part.strip()
        if body:
            start = at + part.index(body[0])
            found.append((start, start + len(body)))
        at += len(part)
    return found


def quotes_of(text: str, start: int, end: int) -> list[Quote]:
    """Return the quotes of a paragraph, outermost first. One left open runs to the end and continues in the next."""
    found: list[Quote] = []
    stack: list[tuple[str, int]] = []
    for at in range(start, end):
        mark = text[at]
        before = text[at - 1] if at > start else " "
        after = text[at + 1] if at + 1 < end else " "
        if stack and mark == stack[-1][0] and not (mark in "'’" and after.isalnum()):
            _, began = stack.pop()
            found.append(Quote(began, at, len(stack) + 1))
        elif mark in OPENS and not (mark == "‘" and not stack):
            stack.append((OPENS[mark], at + 1))
        elif (mark == '"' or (mark == "'" and stack)) and not before.isalnum() and not after.isspace():
            stack.append((mark, at + 1))
    for depth, (_, began) in enumerate(stack, 1):
        found.append(Quote(began, end, depth, continues=True))
    return sorted(found, key=lambda q: (q.start, -q.end))


def sentences(text: str) -> list[Sentence]:
    """Split a text into sentences. What stands in one quote is not split from it, nor from who said it."""
    found: list[Sentence] = []
    for number, (start, end) in enumerate(paragraphs(text)):
        quotes = quotes_of(text, start, end)
        at = start
        for stop in _stops(text, start, end, quotes):
            begin = at + len(text[at:stop]) - len(text[at:stop].lstrip())
            inside = tuple(q for q in quotes if q.start < stop and q.end > begin)
            found.append(Sentence(begin, stop, number, inside))
            at = stop
    return found


def _stops(text: str, start: int, end: int, quotes: list[Quote]) -> list[int]:
    stops = []
    for hit in _END.finditer(text, start, end):
        mark = hit.start()
        if any(q.start <= mark < q.end - 1 and hit.end() < q.end for q in quotes) and not any(
            q.continues and q.start <= mark for q in quotes
        ):
            continue
        if hit.group().startswith(".") and _SHORT.search(text, max(start, mark - 8), mark + 1):
            continue
        if hit.group()[-1] in '"”»’' and _SPOKEN_AFTER.match(text, hit.end()):
            continue
        stops.append(hit.end())
    if not stops or stops[-1] < end:
        stops.append(end)
    return stops


def outside(text: str, sentence: Sentence, longest_kept: int = 0) -> str:
    """Return the sentence with its quotes blanked out, as long as it was; quotes of few words may stay."""
    shown = list(text[sentence.start : sentence.end])
    for quote in sentence.quotes:
        if len(text[quote.start : quote.end].split()) <= longest_kept and not quote.continues:
            continue
        for at in range(max(quote.start, sentence.start), min(quote.end, sentence.end)):
            shown[at - sentence.start] = " "
    return "".join(shown)
