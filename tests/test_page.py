"""The report in a real Chromium with the network off: filters, a verdict, keyboard, phone width, no console errors."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from importlib import resources
from itertools import pairwise
from pathlib import Path

import pytest

from conftest import Small
from test_source_control_maps import build

webdriver = pytest.importorskip("selenium.webdriver")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1200,900"),
)
needs_browser = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="no Chromium with a driver on this machine")


@pytest.fixture(scope="module")
def report(cold_spell: Path) -> Path:
    return cold_spell / "report.html"


def test_the_links_at_the_head_have_the_order_of_the_sections() -> None:
    folder = resources.files("holdfire.publish") / "template"
    whole = re.sub(
        r'{% include "(.*?)" %}',
        lambda found: (folder / found[1]).read_text(encoding="utf-8"),
        (folder / "report.html.j2").read_text(encoding="utf-8"),
    )
    links = re.findall(r'href="#([a-z-]+)"', whole[whole.index("<nav") : whole.index("</nav>")])
    assert links == re.findall(r'<section id="([a-z-]+)"', whole)


def test_every_section_names_the_days_it_takes_of_a_reading(report: Path) -> None:
    # The week begins somewhere between 29 January and 30 January 8:00, and so ends between 5 and 6 February 8:00. It
    # may be in force on every day from 29 January to 6 February. Surely within lie the nights that begin on 30 January
    # to 3 February, and no day after 4 February.
    page = " ".join(re.sub(r"<[^>]+>", " ", report.read_text(encoding="utf-8")).split())
    assert page.count("As bounds may be vague, the days of a reading differ from section to section: ") == 1
    for said in (
        "place-days, 29 Jan to 6 Feb: none of them claims",
        "As announced , nights ending 31 Jan to 4 Feb. 973 launches",
        "As announced , 30 Jan to 4 Feb. 6 of 32",
        "As announced (nights ending 31 Jan to 4 Feb); Ukraine's, on energy (nights ending 31 Jan to 5 Feb). Drones",
        "As announced; Ukraine's, on energy , 29 Jan to 6 Feb. In Kyiv",
    ):
        assert said in page.replace("&#39;", "'")


@pytest.fixture(scope="module")
def moved(tmp_path_factory, holdfire) -> Path:
    """The report of a case with control maps."""
    folder = build(tmp_path_factory.mktemp("moved") / "line")
    assert holdfire("run", folder).exit_code == 0
    return folder / "out" / "report.html"


STATED = """\
statements:
  - {id: A1, speaker: A, said_on: 2026-02-28, outlet: O, url: "https://example.org/a", about: scope, value: The annex}
"""
ZONES = """\
zones:
  - {id: strip, title: Strip at the line, buffer: {front: maps, km: 8}}
  - {id: held, title: Rebel ground, held: {lines: maps, by: rebel_group}}
  - id: market
    title: The market
    cites: [A1]
    note: Named in the annex.
    polygon: [[31.2, 0.2], [31.5, 0.2], [31.5, 0.5]]
  - {id: unused, title: Not named, corridor: {along: [[30.2, 0.1], [31.8, 0.1]], width_km: 5}}
"""
PLACE = """\
        place: {certainly: [strip], possibly: [market]}
      - id: leave
        norm: prohibition
        text: Nothing is taken beyond.
        time: {starts: 2026-03-05, ends: 2026-03-12}
        act: [taking_of_ground]
        place: {certainly: [XA], besides: [held]}
"""


@pytest.fixture(scope="module")
def zoned(tmp_path_factory, holdfire) -> Path:
    """The report of a case whose clauses name zones, two of which move; after 7 March there is no map."""
    folder = build(tmp_path_factory.mktemp("zoned") / "line")
    case, terms = folder / "case.yaml", folder / "agreement.yaml"
    case.write_text(case.read_text().replace("last: 2026-03-07", "last: 2026-03-14"))
    text = terms.read_text().replace("statements: []\n", STATED + ZONES)
    terms.write_text(text.replace("        place: [XA]\n", PLACE))
    result = holdfire("run", folder)
    assert result.exit_code == 0, result.output
    return folder / "out" / "report.html"


@pytest.fixture(scope="module")
def browser() -> Iterator:
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    options = Options()
    options.binary_location = str(CHROMIUM)
    for flag in FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd(
        "Network.emulateNetworkConditions",
        {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0},
    )
    yield driver
    driver.quit()


@pytest.fixture
def page(browser, report: Path):
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.get(report.as_uri())
    yield browser
    assert browser.get_log("browser") == []


def test_zones_that_clauses_name_are_told(zoned: Path) -> None:
    text = re.sub(r"\s+", " ", zoned.read_text(encoding="utf-8"))
    legend = re.search(r"<b>A</b> (.*?)</span></span>", text)
    assert legend is not None
    assert legend[0].count("<b>") == 3
    assert "<b>A</b> Strip at the line (dotted as of 1 Mar, solid as of 7 Mar)" in legend[0]
    # The second clause ends on 12 March; the last map is of the 7th.
    assert "<b>B</b> Rebel ground (as of 5 Mar, not known for 12 Mar)" in legend[0]
    assert "<b>C</b> The market</span>" in legend[0]
    assert "Not named" not in text
    row = "<b>Strip at the line</b> (<code>strip</code>): all within 8 km of the line of contact of the day"
    assert f'{row}, on the maps of Ground held by the rebels, as drawn on <a href="#map">the map</a> (A)' in text
    assert "ground held by Rebel group on the day" in text
    assert (
        'a polygon of 3 corners, as drawn on <a href="#map">the map</a> (C). <span class="soft">Named in the annex.'
        in text
    )


def test_zones_stand_on_whole_pixels_of_the_map(zoned: Path) -> None:
    text = zoned.read_text(encoding="utf-8")
    groups = re.findall(r'<g class="zone">(.*?)</g>', text, re.DOTALL)
    assert len(groups) == 3
    strip, held, market = ([*re.findall(r'class="([^"]*)" d="([^"]*)"', g)] for g in groups)
    # The map may be off by half a km: what is perhaps covered lies around what surely is.
    assert [c for c, _ in strip] == ["perhaps before", "sure before", "perhaps", "sure"]
    assert [c for c, _ in held] == ["perhaps", "sure"]
    assert [c for c, _ in market] == ["sure"]
    for _, path in (*strip, *held, *market):
        assert re.fullmatch(r"(M-?\d+ -?\d+(L-?\d+ -?\d+)+Z)+", path)
    # A triangle of 0.3 degrees by 0.3 degrees.
    (corners,) = [[[int(n) for n in p.split()] for p in path[1:-1].split("L")] for _, path in market]
    wide, high = (max(c[i] for c in corners) - min(c[i] for c in corners) for i in (0, 1))
    assert len(corners) == 4
    assert wide == pytest.approx(high, abs=1)


@needs_browser
@pytest.mark.parametrize("width", [390, 1200])
def test_zones_fit_the_screen(browser, zoned: Path, width: int) -> None:
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": False}
    )
    browser.get(zoned.as_uri())
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    letters = browser.find_elements("css selector", "#map text.zone")
    assert [t.text for t in letters] == ["A", "B", "C"]
    assert all(t.rect["height"] >= 10 for t in letters)
    assert browser.get_log("browser") == []


def choose(page, name: str, value: str) -> None:
    from selenium.webdriver.support.ui import Select

    Select(page.find_element("css selector", f"#filters [name={name}]")).select_by_value(value)


def shown(page) -> list:
    return [r for r in page.find_elements("css selector", "#incident-table tbody tr") if r.is_displayed()]


def test_the_page_needs_no_network(report: Path) -> None:
    text = report.read_text(encoding="utf-8")
    assert not re.search(r"<(script|link|img|iframe|object)[^>]+(src|href)=[\"'](?!data:|#)", text)
    assert "@import" not in text
    assert "url(" not in text
    assert text.count("<h1") == 1
    assert '<html lang="en">' in text


@needs_browser
def test_a_claim_leads_to_the_incident_and_to_the_finding_that_answer_it(page) -> None:
    link = page.find_element("css selector", "#claims a[data-incident='CS-079']")
    page.execute_script("arguments[0].scrollIntoView()", link)
    link.click()
    assert page.find_element("id", "panel-h").text.startswith("Belgorod")
    page.find_element("css selector", "#panel .close").click()
    answers = page.find_elements("css selector", "#claims li li")
    assert len(answers) == 6
    for answer in answers:
        reading = answer.find_element("css selector", "a")
        card = page.find_element("id", reading.get_attribute("href").partition("#")[2])
        assert card.find_element("css selector", "h3").text.startswith(reading.text)


@needs_browser
@pytest.mark.parametrize("width", [500, 1200])
def test_claims_fit_the_screen(page, width: int) -> None:
    page.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": False}
    )
    section = page.find_element("id", "claims")
    assert page.execute_script("return arguments[0].scrollWidth <= arguments[0].clientWidth", section)


HOSTILE = "</script><script>document.title = 'taken'</script><img src=x onerror=\"document.title = 'taken'\">"


def hostile(small: Small) -> None:
    """Put markup and script wherever a case holds text that the page shows."""
    quoted = '"' + HOSTILE.replace('"', '""') + '"'
    small.change("data/reports.csv", ",night,R1", f",{quoted},R1")
    small.change("data/reports.csv", "https://example.org/r1", "javascript:document.title=1")
    small.change("data/reports.csv", "day,Kyiv,Kyiv City", f"day,{quoted},Kyiv City")
    small.change("data/statements.csv", "https://example.org/s1", "javascript:document.title=1")
    small.change("data/statements.csv", "A week without strikes", quoted)
    small.change("data/outages.csv", "https://example.org/o", "javascript:document.title=1")
    small.change("case.yaml", "title: The small truce", "title: " + json.dumps(HOSTILE))


@needs_browser
def test_text_of_a_case_stays_text(small: Small, holdfire, browser) -> None:
    hostile(small)
    result = holdfire("run", small.folder)
    assert result.exit_code == 0, result.output
    browser.get((small.folder / "out" / "report.html").as_uri())
    assert browser.find_element("css selector", "h1").text == HOSTILE
    browser.find_element("css selector", "tr[data-id=R1] button").click()
    assert HOSTILE in browser.find_element("id", "panel-reports").text
    assert browser.title.startswith("</script>")
    assert browser.execute_script("return document.querySelectorAll('img').length") == 0
    assert browser.execute_script("return [...document.links].filter((a) => a.protocol === 'javascript:').length") == 0
    assert browser.get_log("browser") == []


@needs_browser
def test_filter_the_contested_table(page) -> None:
    assert len(shown(page)) == 20
    choose(page, "facet", "target")
    rows = shown(page)
    assert rows
    assert all("target" in r.get_attribute("data-facets").split() for r in rows)
    page.find_element("css selector", "#filters [name=text]").send_keys("substation 521")
    only = shown(page)
    assert [r.get_attribute("data-id") for r in only] in ([], ["CS-045"])
    choose(page, "facet", "")
    (row,) = shown(page)
    assert row.get_attribute("data-id") == "CS-045"
    assert row.find_element("css selector", "td:last-child").text == "time"
    assert page.find_element("id", "shown").text.startswith("1 of ")


@needs_browser
def test_filter_by_reading_and_verdict(page) -> None:
    choose(page, "reading", "energy")
    choose(page, "verdict", "violation")
    page.find_element("id", "more").click() if page.find_element("id", "more").is_displayed() else None
    column = [h.text for h in page.find_elements("css selector", "#incident-table thead th")].index(
        "Ukraine's, on energy"
    )
    cells = [r.find_elements("css selector", "td")[column].text for r in shown(page)]
    assert cells
    assert set(cells) == {"violation"}


@needs_browser
def test_read_a_verdict_by_keyboard(page) -> None:
    from selenium.webdriver.common.keys import Keys

    page.find_element("css selector", "#filters [name=text]").send_keys("CS-129")
    button = page.find_element("css selector", "tr[data-id='CS-129'] button")
    button.send_keys(Keys.ENTER)
    panel = page.find_element("id", "panel")
    assert panel.is_displayed()
    told = panel.text
    assert "Time: when it starts was left vague (somewhere between 29 Jan 00:00 and 30 Jan 08:00)" in told
    assert (
        "Place: Vilniansk (Zaporizhzhia Oblast) is beyond Kyiv city, and beyond even the fringe (Kyiv Oblast)." in told
    )
    assert "Killed\n3" in told
    page.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert not panel.is_displayed()
    assert page.switch_to.active_element == button


@needs_browser
def test_a_mark_on_the_map_lists_its_incidents(page) -> None:
    page.execute_script("document.querySelector('.marks circle[data-place=Odesa]').dispatchEvent(new Event('click'))")
    rows = shown(page)
    assert rows
    assert all("Odesa" in r.text for r in rows)


@needs_browser
def test_cells_that_hold_sentences_are_not_a_word_wide_on_a_phone(page) -> None:
    page.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    )
    page.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    widths = page.execute_script("return [...document.querySelectorAll('#rebound td')].map(td => td.offsetWidth)")
    assert min(widths) >= 9 * 16


@needs_browser
@pytest.mark.parametrize("width", [390, 768, 1200])
@pytest.mark.parametrize("of", ["report", "moved"])
def test_no_width_makes_the_page_scroll_sideways(page, request, width: int, of: str) -> None:
    page.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 500},
    )
    page.get(request.getfixturevalue(of).as_uri())
    page.execute_script("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert page.execute_script("return document.documentElement.scrollWidth") <= width


@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("of", ["report", "moved"])
def test_text_stands_out_from_its_ground(page, request, scheme: str, of: str) -> None:
    """Contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3) wherever a rule of ours sets both colours."""
    page.get(request.getfixturevalue(of).as_uri())
    page.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    worst = page.execute_script(
        """
        const light = (c) => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number).map((v) => {
          v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
          return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
        const ground = (e) => { for (; e; e = e.parentElement) { const b = getComputedStyle(e).backgroundColor;
          if (b !== "rgba(0, 0, 0, 0)") return b; } return "rgb(255, 255, 255)"; };
        const out = [];
        const told = "p, th, td, dd, dt, li, a, button, summary, .badge, .verdict, .soft, .num";
        for (const e of document.querySelectorAll(told)) {
          if (!e.textContent.trim() || !e.offsetParent) continue;
          const a = light(getComputedStyle(e).color), b = light(ground(e));
          out.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.outerHTML.slice(0, 120)]);
        }
        return out.sort((x, y) => x[0] - y[0])[0];
        """
    )
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert worst[0] >= 4.5, worst


@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_ground_gained_and_lost_stands_out_on_the_map(page, moved: Path, scheme: str) -> None:
    """Contrast of at least 3 to 1 for what must be seen to understand a picture (WCAG 2.2, 1.4.11)."""
    page.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    page.get(moved.as_uri())
    ratios = page.execute_script(
        """
        const light = (c) => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number).map((v) => {
          v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
          return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
        const fill = (s) => light(getComputedStyle(document.querySelector(s)).fill);
        return ["path.gained", "path.lost"].map((s) => { const a = fill(s), b = fill("#ground .land path");
          return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); });
        """
    )
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert min(ratios) >= 3, ratios


@needs_browser
def test_every_control_has_a_name_and_every_table_headers(page) -> None:
    nameless = page.execute_script(
        """
        return [...document.querySelectorAll("button, select, input, a[href], summary")]
          .filter((e) => !(e.textContent.trim() || e.getAttribute("aria-label") || e.closest("label")))
          .map((e) => e.outerHTML.slice(0, 100));
        """
    )
    assert nameless == []
    assert (
        page.execute_script(
            "return [...document.querySelectorAll('table')].filter((t) => !t.querySelector('th')).length"
        )
        == 0
    )
    levels = page.execute_script(
        "return [...document.querySelectorAll('main h2, main h3, main h4')].map((h) => +h.tagName[1])"
    )
    assert all(b - a <= 1 or a == 2 for a, b in pairwise(levels))
