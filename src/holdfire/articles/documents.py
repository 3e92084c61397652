"""Which agreements does the article name, and how far have they come?"""

from __future__ import annotations

import re

from holdfire.articles.items import Document, Found
from holdfire.articles.sentences import Sentence
from holdfire.articles.terms import Reader

_CAPITALS = r"(?:[A-Z][\w-]+ ){1,3}"
LONGEST_NAME = 8


def documents(r: Reader) -> list[Document]:
    """Return the documents named in quotes or in capitals, each once."""
    found: dict[str, Document] = {}
    kinds = r.w.fragment("documents")
    for index in range(len(r.sentences)):
        for sentence in r.said(index):
            for start, end in (*_quoted(r, sentence, kinds), *_capitalised(r, sentence, kinds)):
                name = r.text[start:end].strip(" ,.")
                found.setdefault(name.casefold(), _document(r, sentence, name, start))
    return list(found.values())


def _quoted(r: Reader, sentence: Sentence, kinds: str) -> list[tuple[int, int]]:
    spans = []
    for quote in sentence.quotes:
        words_in = r.text[quote.start : quote.end].strip(" ,.").split()
        is_name = re.search(rf"(?:^|\s){kinds}(?:$| of )", " ".join(words_in), re.IGNORECASE) is not None
        if is_name and 2 <= len(words_in) <= LONGEST_NAME and not quote.continues:
            spans.append((quote.start, quote.end))
    return spans


def _capitalised(r: Reader, sentence: Sentence, kinds: str) -> list[tuple[int, int]]:
    pattern = re.compile(
        rf"(?<![\w-])(?<!^){_CAPITALS}(?:Agreements?|Accords?|Protocols?|Charter|Pact|Memorandum|Treaty)\b"
    )
    return [
        m.span()
        for m in pattern.finditer(r.text, sentence.start, sentence.end)
        if not any(q.start <= m.start() < q.end for q in sentence.quotes) and m.start() != sentence.start
    ]


def _document(r: Reader, sentence: Sentence, name: str, at: int) -> Document:
    status = None
    for a, b, value in r.w.values("document_status", r.of(sentence)):
        status = Found(value, sentence.start + a, sentence.start + b, "how far it is said to have come")
    return Document(
        sentence.start,
        sentence.end,
        "document: a name of an agreement",
        Found(name, at, at + len(name), "its name"),
        status,
    )
