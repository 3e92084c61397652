"""Reading articles: text and quotes, dates and lengths, and the traps of news copy. Every article here is invented."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from holdfire.articles import Article, items_of, read_article
from holdfire.articles.dates import lastings, whens
from holdfire.articles.items import Item
from holdfire.articles.sentences import sentences
from holdfire.articles.tolls import launched
from holdfire.articles.words import language_of, words
from holdfire.places import load_areas, load_gazetteer
from holdfire.problems import InputError

ARTICLES = Path(__file__).parent.parent / "benchmarks" / "read" / "articles"
FRIDAY = date(2026, 1, 30)
PLACES = (load_gazetteer(), load_areas())


def pdf(*lines: str) -> bytes:
    """Return a PDF of one page with these lines of text."""
    shown = "BT /F1 12 Tf 14 TL 72 720 Td " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(shown)}>>stream\n{shown}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj{body}endobj\n"
    table = "".join(f"{at:010} 00000 n \n" for at in places)
    end = f"xref\n0 6\n0000000000 65535 f \n{table}trailer<</Root 1 0 R/Size 6>>\nstartxref\n{len(out)}\n%%EOF\n"
    return (out + end).encode()


def read(tmp_path: Path, text: str, published: date | None = FRIDAY) -> tuple[Article, list[Item]]:
    path = tmp_path / "article.txt"
    path.write_text(text, encoding="utf-8")
    article = read_article(path, published, "A paper")
    return article, items_of(article, *PLACES)


def values(item: Item) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, one in item.found():
        told.setdefault(name, []).append(one.value)
    return told


def of(items: list[Item], kind: str) -> list[dict[str, Any]]:
    return [values(i) for i in items if i.kind == kind]


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        # Friday 30 January 2026.
        ("said on Thursday", "en", ["2026-01-29"]),
        ("will meet on Sunday", "en", ["2026-02-01"]),
        ("fell silent on Sunday", "en", ["2026-01-25"]),
        ("until February 1", "en", ["2026-02-01"]),
        ("on 29 January 2025", "en", ["2025-01-29"]),
        ("on December 31", "en", ["2025-12-31"]),
        ("overnight a drone fell", "en", ["night of 2026-01-29"]),
        ("in the night to 3 February", "en", ["night of 2026-02-02"]),
        ("the night of 29 January", "en", ["night of 2026-01-29"]),
        ("on 31 February", "en", []),
        ("two days later", "en", []),
        ("у ніч на 3 лютого", "uk", ["night of 2026-02-02"]),
        ("заявив у четвер", "uk", ["2026-01-29"]),
        ("в ночь на 3 февраля", "ru", ["night of 2026-02-02"]),
        ("29 января 2026 года", "ru", ["2026-01-29"]),
    ],
)
def test_days_are_resolved_or_left_alone(text: str, language: str, wanted: list[str]) -> None:
    assert [w.text for w in whens(text, 0, len(text), words(language), FRIDAY)] == wanted


def test_without_a_day_of_publication_a_weekday_means_nothing() -> None:
    assert whens("said on Thursday, overnight, on 3 February", 0, 42, words("en"), None) == []


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("for a week", "en", ["1 week"]),
        ("a 30-day halt", "en", ["30 days"]),
        ("for seventy-two hours", "en", []),
        ("for 72 hours", "en", ["72 hours"]),
        ("for a fortnight", "en", ["2 weeks"]),
        ("протягом тижня", "uk", ["1 week"]),
        ("на 72 години", "uk", ["72 hours"]),
        ("на неделю", "ru", ["1 week"]),
        ("на три дня", "ru", ["3 days"]),
    ],
)
def test_lengths_of_time(text: str, language: str, wanted: list[str]) -> None:
    assert [x.text for x in lastings(text, 0, len(text), words(language))] == wanted


def test_quotes_within_quotes_keep_their_depth() -> None:
    text = "\"He told me, 'We agree,' and left,\" Ann Lee said. Nobody asked."
    first, second = sentences(text)
    assert [(text[q.start : q.end], q.depth) for q in first.quotes] == [
        ("He told me, 'We agree,' and left,", 1),
        ("We agree,", 2),
    ]
    assert text[second.start : second.end] == "Nobody asked."


def test_a_quote_that_runs_on_keeps_its_speaker(tmp_path: Path) -> None:
    _, items = read(
        tmp_path,
        'General Ann Lee of Norland said: "We warned them not to use the pause to regroup.\n\n'
        '"There is no truce any more."\n\nThe town was dark.\n',
    )
    denial = [s for s in of(items, "statement") if "denial" in s["about"]]
    assert [s["speaker"] for s in denial] == [["Ann Lee"]]


def test_languages_are_told_apart_and_know_the_same_keys() -> None:
    assert [language_of(t) for t in ("A truce", "Перемир'я діє", "Перемирие объявлено")] == ["en", "uk", "ru"]


@pytest.mark.parametrize(
    "text",
    [
        "Ostmark denied that it had agreed to halt strikes on Varnia for a week.",
        "The Ostmark army has not promised to stop firing on the town, its spokesman said.",
        "In May 2022 Ostmark agreed to halt strikes for a week.",
        "A similar truce, declared by Ostmark, collapsed within hours.",
        "Міністр оборони Ян Тадек заперечив, що погодився припинити обстріли на тиждень.",
    ],
)
def test_denied_and_recalled_pledges_are_none(tmp_path: Path, text: str) -> None:
    assert of(read(tmp_path, text)[1], "pledge") == []


def test_a_pledge_with_an_if_is_conditional(tmp_path: Path) -> None:
    words_of = (
        '"We are ready to stop attacks on their ports if they leave the island," President Odo Lem of Varnia said.'
    )
    (pledge,) = of(read(tmp_path, words_of)[1], "pledge")
    assert pledge["status"] == ["conditional"]
    assert pledge["parties"] == ["Varnia"]
    assert pledge["targets"] == ["port"]
    assert "lasts" not in pledge


def test_two_truces_in_one_text_stay_two(tmp_path: Path) -> None:
    text = (
        "The government of Varnia promised on Thursday to stop air strikes on the town of Belhaven until "
        "5 February.\n\n"
        "The Northern League said on Thursday it would observe a 48-hour ceasefire around the city of Sarn.\n"
    )
    first, second = of(read(tmp_path, text)[1], "pledge")
    assert (first["parties"], first["ends"], first["place"]) == (["Varnia"], ["2026-02-05"], ["Belhaven"])
    assert (second["parties"], second["lasts"], second["place"]) == (["Northern League"], ["48 hours"], ["Sarn"])
    assert "ends" not in second


def test_both_sides_of_a_joint_pledge_are_bound(tmp_path: Path) -> None:
    text = (
        "The Suvian government and the Free Coast Movement have agreed to suspend hostilities from 5 to 8 February so "
        "that children can be vaccinated, the World Health Organization announced on Thursday.\n\n"
        "Roads in Suvia are open.\n"
    )
    (pledge,) = of(read(tmp_path, text)[1], "pledge")
    assert pledge["parties"] == ["Suvia", "Free Coast Movement"]
    assert (pledge["starts"], pledge["ends"], pledge["cause"]) == (["2026-02-05"], ["2026-02-08"], ["vaccination"])
    assert (pledge["announcer"], pledge["announced_on"]) == (["World Health Organization"], ["2026-01-29"])


def test_a_toll_that_rises_replaces_the_first(tmp_path: Path) -> None:
    text = (
        "A missile hit a market in Sumy on Thursday, killing at least three people and wounding 12, police said.\n\n"
        "The death toll later rose to seven, police said.\n"
    )
    (incident,) = of(read(tmp_path, text)[1], "incident")
    assert (incident["killed_min"], incident["killed_max"]) == ([7], [7])
    assert (incident["injured_min"], incident["day"], incident["place"]) == ([12], ["2026-01-29"], ["Sumy"])


@pytest.mark.parametrize(
    "text",
    [
        "The mayor of Sumy warned that a missile could hit the power plant in Sumy.",
        "The army would shell the port of Arden if talks failed, General Ann Lee said.",
        "Since 2022 shelling has killed 4,000 people in Sumy.",
        "Two years ago a missile killed 50 people at the railway station in Kramatorsk.",
    ],
)
def test_what_may_happen_or_is_long_past_is_no_incident(tmp_path: Path, text: str) -> None:
    assert of(read(tmp_path, text)[1], "incident") == []


def test_at_least_and_up_to_leave_a_bound_open(tmp_path: Path) -> None:
    (incident,) = of(
        read(tmp_path, "Shelling killed at least five people in Kherson on Thursday, police said.")[1], "incident"
    )
    assert incident["killed_min"] == [5]
    assert "killed_max" not in incident
    (fact,) = of(read(tmp_path, "Nearly 9,000 homes in Sumy have no power, the mayor said.")[1], "fact")
    assert fact["value_max"] == [9000]
    assert "value_min" not in fact


def test_a_web_page_gives_its_article_its_day_and_its_outlet(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "<html><head><title>T</title><meta property='og:site_name' content='The Gazette'>"
        "<meta property='article:published_time' content='2026-01-30T08:00:00Z'>"
        "<link rel='canonical' href='https://example.org/a'></head><body><nav>Kyiv was hit by 9 drones</nav>"
        "<article><h1>Hospital hit</h1><p>A drone struck a hospital in Sumy on&nbsp;Thursday, killing two people, "
        "police said.</p><script>var killed = 5;</script></article><footer>Call us</footer></body></html>",
        encoding="utf-8",
    )
    article = read_article(page)
    assert (str(article.published), article.outlet, article.url) == (
        "2026-01-30",
        "The Gazette",
        "https://example.org/a",
    )
    assert article.text.split("\n\n")[0] == "Hospital hit"
    assert "nav" not in article.text
    assert "Call us" not in article.text
    (incident,) = of(items_of(article, *PLACES), "incident")
    assert (incident["killed_min"], incident["day"]) == ([2], ["2026-01-29"])


def test_a_pdf_is_read_where_pypdf_is(tmp_path: Path) -> None:
    pytest.importorskip("pypdf")
    path = tmp_path / "article.pdf"
    path.write_bytes(pdf("A drone struck a hospital in Sumy on Thursday,", "killing two people, police said."))
    article = read_article(path, FRIDAY)
    assert article.text.strip() == "A drone struck a hospital in Sumy on Thursday, killing two people, police said."
    (incident,) = of(items_of(article, *PLACES), "incident")
    assert (incident["place"], incident["killed_max"]) == (["Sumy"], [2])


@pytest.mark.parametrize("name", ["broken.pdf", "missing.txt", "missing.pdf", "empty.html"])
def test_what_cannot_be_read_is_told(tmp_path: Path, name: str) -> None:
    if name == "broken.pdf":
        (tmp_path / name).write_bytes(b"not a PDF")
    if name == "empty.html":
        (tmp_path / name).write_text("<html><body><script>1</script></body></html>", encoding="utf-8")
    with pytest.raises(InputError, match=name):
        read_article(tmp_path / name)


@pytest.mark.parametrize("path", sorted(ARTICLES.rglob("*.txt")), ids=lambda p: p.stem)
def test_every_value_stands_in_the_text(path: Path) -> None:
    article = read_article(path)
    items = items_of(article, *PLACES)
    assert items == items_of(article, *PLACES)
    for item in items:
        assert 0 <= item.start < item.end <= len(article.text)
        for name, one in item.found():
            words_of = article.text[one.start : one.end]
            assert words_of.strip(), (item.kind, name)
            if name in ("speaker", "role", "topics", "name"):
                assert " ".join(words_of.split()).startswith(str(one.value)[:3]), (name, one)


def test_what_is_no_prose_ends_soon_and_says_nothing(tmp_path: Path) -> None:
    for text in ("said " * 4000, '"' * 4000, "President " + "Abc " * 3000):
        assert of(read(tmp_path, text)[1], "pledge") == []


@pytest.mark.parametrize("seed", range(20))
def test_damaged_articles_end_in_items_whose_words_stand_in_them(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    texts = [p.read_text(encoding="utf-8") for p in sorted(ARTICLES.rglob("*.txt"))]
    text = rng.choice(texts)
    for _ in range(10):
        at, end = sorted(rng.randrange(len(text)) for _ in range(2))
        end = min(end, at + 60)
        other = rng.choice(texts)
        start = rng.randrange(len(other))
        put = rng.choice(
            ["", '"', "“", "»", "\n\n", ",", "31 February ", text[at:end].upper(), other[start : start + 80]]
        )
        text = text[:at] + put + text[end:]
    article, items = read(tmp_path, text)
    for item in items:
        for name, one in item.found():
            assert 0 <= one.start < one.end <= len(article.text), (item.kind, name)


def test_of_those_shot_down_the_launched_are_the_whole() -> None:
    text = "Ukraine's air force said it shot down 61 of 74 drones launched by Russia overnight."
    count = launched(text, 0, len(text), words("en"))
    assert count is not None
    assert (count.least, count.most, text[count.start : count.end]) == (74, 74, "74 drones")
