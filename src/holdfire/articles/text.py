"""An article as text: from a plain file, an HTML page or a PDF, with its day, its outlet and where each stands."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path

from holdfire.articles.sentences import paragraphs
from holdfire.articles.words import language_of, words
from holdfire.problems import bad
from holdfire.terms import read_text

LONGEST = 500_000
HEADLINE = 140
_BLOCKS = frozenset(["p", "h1", "h2", "h3", "h4", "li", "blockquote", "td", "div", "section", "article", "br"])
_SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "nav",
        "footer",
        "header",
        "aside",
        "form",
        "button",
        "svg",
        "iframe",
        "figcaption",
        "template",
    ]
)
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_DAY_METAS = (
    "article:published_time",
    "datepublished",
    "date",
    "dc.date",
    "pubdate",
    "publish-date",
    "parsely-pub-date",
)
_OUTLET_METAS = ("og:site_name", "application-name", "dc.publisher")
_REPORTED_BY = re.compile(r"\bas reported by (?P<outlet>(?:[A-Z][\w-]+ ?){1,4}?)\s*(?=on\b|,|\.)")
_DATELINE = re.compile(
    r"^(?P<head>(?:[A-ZÀ-ÞА-ЯЁІЇЄҐ][\w'’.-]*(?:\s|,\s?)){1,4}?[^()\n]{0,40}?)(?:\((?P<outlet>[^()\n]{2,40})\)\s*)?[-–—]\s+"
)
_QUOTED_OUTLET = re.compile(r"[«“\"](?P<outlet>[^«»“”\"]{2,40})[»”\"]")
_ENDS_AS_SENTENCE = re.compile(r"[.!?…][»”\"')]*$")


@dataclass(frozen=True)
class Article:
    """One article. `published` and `outlet` are null where neither the reader nor the page says.

    `text` is what every span counts in; `body` is where the news begins, after headline and dateline.
    """

    name: str
    text: str
    language: str
    published: date | None = None
    outlet: str | None = None
    url: str | None = None
    body: int = 0
    skipped: tuple[tuple[int, int], ...] = ()

    @property
    def digest(self) -> str:
        """Eight hex digits that tell this text from others."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:8]


def read_article(
    path: Path, published: date | None = None, outlet: str | None = None, url: str | None = None
) -> Article:
    """Read an article by its ending: .html or .htm, .pdf, anything else as plain text.

    What the caller states of day, outlet and address stands before what the page says of itself.
    Raises InputError for a file that cannot be read or holds no text.
    """
    ending = path.suffix.lower()
    page = _Page()
    if ending == ".pdf":
        text = _pdf(path)
    else:
        text = read_text(path, LONGEST)
        if ending in (".html", ".htm", ".xhtml"):
            page.feed(text)
            page.close()
            text = page.text()
    text = _unbroken(text.replace("\r\n", "\n").replace("\r", "\n"))
    if not text.strip():
        raise bad(str(path), "no text was found in it", "an article", "Save the article as plain text.")
    article = _headed(Article(path.name, text, language_of(text)))
    day = published or page.day or article.published
    return replace(article, published=day, outlet=outlet or page.outlet or article.outlet, url=url or page.url)


def _unbroken(text: str) -> str:
    """Turn the line breaks within paragraphs into spaces, so that names are whole; no character moves."""
    if not re.search(r"\n[ \t]*\n", text.strip()):
        return text
    return re.sub(r"(?<![\n])\n(?![ \t]*(?:\n|$))", " ", text)


def _headed(article: Article) -> Article:
    """Find the headline and the dateline, and what they say of day and outlet."""
    from holdfire.articles.dates import full_date

    text, language = article.text, words(article.language)
    spans = paragraphs(text)
    body, published, outlet = spans[0][0], None, None
    skipped: list[tuple[int, int]] = []
    if len(spans) > 1 and spans[0][1] - spans[0][0] <= HEADLINE and _is_headline(text[slice(*spans[0])], len(spans)):
        skipped.append(spans[0])
        spans = spans[1:]
        body = spans[0][0]
    start, end = spans[0]
    first = text[start:end]
    if len(first) <= 90 and len(spans) > 1 and not _ENDS_AS_SENTENCE.search(first.replace("року", "")):
        day = full_date(first, language)
        if day is not None:
            published, outlet = day[2], _outlet_of(first, day)
            skipped.append((start, end))
            body = spans[1][0]
    elif found := _DATELINE.match(first):
        day = full_date(found["head"], language)
        if day is not None or found["outlet"]:
            published, outlet = (day[2] if day else None), found["outlet"]
            skipped.append((start, start + found.end()))
    if named := _REPORTED_BY.search(text):
        outlet = outlet or named["outlet"].strip()
        day = full_date(text[named.end() : named.end() + 40], language)
        published = published or (day[2] if day else None)
    return replace(article, published=published, outlet=outlet, body=body, skipped=tuple(skipped))


def _is_headline(line: str, count: int) -> bool:
    return "\n" not in line and (not _ENDS_AS_SENTENCE.search(line) or count > 3)


def _outlet_of(line: str, day: tuple[int, int, date]) -> str | None:
    if quoted := _QUOTED_OUTLET.search(line):
        return quoted["outlet"]
    left = (line[: day[0]] + "," + line[day[1] :]).replace("року", "").replace("года", "")
    parts = [p.strip(" .,") for p in re.split(r"[,.]", left)]
    named = [p for p in parts if p and not p.isupper()]
    return named[-1] if named else None


class _Page(HTMLParser):
    """The text of a web page: the paragraphs of its article where one is marked, and what its head says."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.day: date | None = None
        self.outlet: str | None = None
        self.url: str | None = None
        self._open: list[str] = []
        self._parts: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {k.lower(): v or "" for k, v in attrs}
        if tag == "meta":
            self._meta((given.get("property") or given.get("name") or given.get("itemprop") or "").lower(), given)
        elif tag == "link" and given.get("rel", "").lower() == "canonical":
            self.url = self.url or given.get("href") or None
        elif tag == "time" and self.day is None and "article" in self._open:
            self.day = _day(given.get("datetime", ""))
        if tag not in _VOID:
            self._open.append(tag)
        if tag in _BLOCKS:
            self._add("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        if tag in _BLOCKS:
            self._add("\n\n")

    def handle_data(self, data: str) -> None:
        if not _SKIPPED.intersection(self._open) and "head" not in self._open and "title" not in self._open:
            self._add(re.sub(r"\s+", " ", data))

    def _add(self, text: str) -> None:
        self._parts.append((text, "article" in self._open))

    def _meta(self, name: str, given: dict[str, str]) -> None:
        content = given.get("content", "").strip()
        if name in _DAY_METAS and self.day is None:
            self.day = _day(content)
        elif name in _OUTLET_METAS and content:
            self.outlet = self.outlet or content
        elif name == "og:url" and content:
            self.url = content

    def text(self) -> str:
        marked = any(inside and part.strip() for part, inside in self._parts)
        raw = "".join(part for part, inside in self._parts if inside or not marked)
        return "\n\n".join(p for p in (" ".join(b.split()) for b in re.split(r"\n\n+", raw)) if p)


def _day(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).date()
    except ValueError:
        return None


def _pdf(path: Path) -> str:
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError:
        remedy = 'Install the extra: pip install "holdfire[pdf]"; or save the article as plain text.'
        raise bad(str(path), "PDF needs pypdf, which is not installed", "pypdf", remedy) from None
    if not path.is_file():
        raise bad(str(path), "there is no such file", "a PDF", "Check the path.")
    try:
        pages = [page.extract_text() for page in PdfReader(path).pages]
    except (PyPdfError, OSError, ValueError, KeyError) as error:
        raise bad(str(path), f"not a readable PDF: {error}", "a PDF with text", "Save it as plain text.") from None
    return _unwrapped("\n\n".join(pages))


def _unwrapped(text: str) -> str:
    """Join the lines of a page into paragraphs: a line that ends a sentence, or a blank one, ends a paragraph."""
    lines = [line.strip() for line in text.split("\n")]
    out: list[str] = []
    for number, line in enumerate(lines):
        ends = not line or _ENDS_AS_SENTENCE.search(line) or (number + 1 < len(lines) and not lines[number + 1])
        out.append(line[:-1] if line.endswith("-") and not ends else line)
        out.append("\n\n" if ends else "" if line.endswith("-") else " ")
    return re.sub(r"\n{3,}", "\n\n", "".join(out))
