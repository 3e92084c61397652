"""VIINA: events that a machine found in the headlines of Ukrainian and Russian news, by populated place and day.

Reads the one-per-day files (`event_1pd`), the single reports (`event_info`, best joined with `event_labels` by
event_id), and lists screened out of them. The date is that on which the news was reported: what is told in the morning
may have happened in the night before. Single reports have a time, which is that of publication, and is not used.

Labels are machine-made, so each is weighed by how well it does: the area under its ROC curve (AUC), as the publisher
gives it, in a file `auc.csv` beside the data (columns label, auc). Below 0.5 a label is refused, below 0.8 (where the
publisher advises against its use) or without an AUC it states nothing. The rest state something from 0.5 upwards. A
report that `t_mil` says is not about the war, and one of an air-raid alert alone, are refused.

What it cannot see: what no headline tells; several attacks of a kind on one place in one day, which are one event;
which of the things in a text happened at which of its places, as a report of several places is an event at each.
"""

from __future__ import annotations

import re
from datetime import date
from functools import partial

from holdfire.monitor.coding import acts_of, mentions, together
from holdfire.monitor.csvfile import Row, rows
from holdfire.monitor.intake import Built, days, figure, taken
from holdfire.monitor.records import records
from holdfire.monitor.setting import Observed, Setting, SourceEntry
from holdfire.places import Place
from holdfire.problems import bad
from holdfire.terms import code_list
from holdfire.terms.codelist import ListName

COLUMNS = ("date", "longitude", "latitude")
IDS = ("event_id", "event_id_1pd")
ACTS = {
    "t_airstrike": "air_strike",
    "t_armor": "attack",
    "t_arrest": "detention",
    "t_artillery": "shelling",
    "t_cyber": "cyber_operation",
    "t_firefight": "small_arms_fire",
    "t_hospital": "attack",
    "t_ied": "attack",
    "t_raid": "ground_assault",
}
SIDES = {"a_rus": "russia_forces", "a_ukr": "ukraine_forces", "a_civ": "civilians", "a_other": None}
LIKELY = 0.5
CHANCE = 0.5
RELIABLE = 0.8
PUBLISHED: dict[str, float] = {}  # an AUC belongs to a release: none is taken for granted
RADIUS_KM = {"STREET": 2.0, "ADM3": 5.0, "ADM2": 30.0, None: 30.0}
LONGEST_TEXT = 500


def read(source: SourceEntry, setting: Setting) -> Observed:
    """Read events into reports. Raises InputError for a file that cannot be read, or a wrong auc.csv."""
    path = setting.folder / source.path
    table = path.parent / "auc.csv"
    weights = _weights(list(rows(table, ("auc",)))) if table.exists() else PUBLISHED
    build = partial(_report, source=source, setting=setting, weights=weights)
    return taken(source, records(path, COLUMNS), build)


def _weights(table: list[Row]) -> dict[str, float]:
    """Return the AUC of each label. Takes the publisher's names for the columns and labels as well."""
    weights: dict[str, float] = {}
    for row in table:
        label = row.first("label", "variable")
        auc = row.number("auc")
        if label is None or auc is None or not 0 <= auc <= 1:
            raise bad(row.where, "no label, or an AUC that is not 0 to 1", "label,auc", "Mend the row.")
        label = re.sub("_(b|pred)$", "", label)
        if label in weights:
            raise bad(row.where, f"label '{label}' stands twice", "each label once", "Take one out.")
        weights[label] = auc
    return weights


def _report(row: Row, source: SourceEntry, setting: Setting, weights: dict[str, float]) -> Built:
    day = _day(row)
    try:
        start, end = days(day, day, setting.zone)
    except ValueError as error:
        raise bad(row.where, f"'date' is {day}: {error}", "a day of the calendar", "Mend the cell.") from None
    if (identity := row.first(*IDS)) is None:
        raise bad(row.where, "no id", " or ".join(IDS), "Take the columns of the publisher's file.")
    stated, notes = _stated(row, weights)
    text = row.first("text", "representative_text")
    weapons = _narrow("weapon", together(mentions("weapon", text), ["drone"] if "t_uav" in stated else None))
    acts = _narrow("act", together([ACTS[x] for x in stated & ACTS.keys()], acts_of(weapons, text)))
    if acts is None and "t_airalert" in stated:
        found = "an air-raid alert (label t_airalert), and no act"
        raise bad(row.where, found, "an act", "An alert is a threat: see the kind `alert_intervals`.")
    if source.act is not None and (acts is None or None in acts):
        acts = together([a for a in acts or [] if a is not None], [source.act])
    count = figure(row, "n_reports") if "n_reports" in row.cells else None
    said = [text if text is None or len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"]
    said += [None if count is None else f"reports: {count}", *notes]
    outlets = _parts(row.first("sources", "sources_matching", "source"), "[|,;]")
    links = [u for u in _parts(row.first("url", "source_urls"), r"\|") if u.startswith(("http://", "https://"))]
    built: Built = {
        "report_id": identity,
        "url": links[0] if links else None,
        "published": day,
        "start": start,
        "end": end,
        **_where(row, source, setting),
        "weapons": weapons,
        "acts": acts,
        "account": "; ".join(part for part in said if part) or None,
    }
    if outlets:
        built |= {"source_groups": outlets, "outlet": ", ".join(outlets)}
    if actors := stated & {*SIDES, "a_rus_init", "a_ukr_init"}:
        built["actor"] = SIDES[min(actors).removesuffix("_init")] if len(actors) == 1 else None
    return built


def _stated(row: Row, weights: dict[str, float]) -> tuple[set[str], list[str]]:
    """Return the labels that hold and can be relied on, and notes on how each was weighed. Raises if it is no war."""
    # Where there is a label of who began it, the plain one only tells who was involved.
    sides = [f"{s}_init" if {f"{s}_init", f"{s}_init_b"} & row.cells.keys() else s for s in SIDES]
    weighed: dict[str, list[str]] = {}
    stated = set()
    for label in ("t_mil", *sides, "t_airalert", "t_uav", *ACTS):
        said, auc = _said(row, label), weights.get(label)
        reliable = auc is not None and auc >= RELIABLE
        if label == "t_mil" and reliable and said is not None and said < LIKELY:
            found = f"label t_mil: {said:.2f}, not about the war"
            raise bad(row.where, found, "0.5 or more", "It is left out.")
        if said is None or said < LIKELY:
            continue
        if reliable:
            stated.add(label)
        reason = "labels not used, as their AUC is not known"
        if auc is not None:
            reason = "labels" if reliable else "labels not relied on" if auc >= CHANCE else "labels refused"
        weighed.setdefault(reason, []).append(label if auc is None else f"{label} (AUC {auc:.2f})")
    return stated, [f"{reason}: {', '.join(labels)}" for reason, labels in weighed.items()]


def _said(row: Row, label: str) -> float | None:
    """Return the probability of a label, or the publisher's yes or no, whichever is lower; null without either."""
    values = []
    for column in (label, f"{label}_pred", f"{label}_b"):
        value = row.number(column) if column in row.cells else None
        if value is not None and not 0 <= value <= 1:
            raise bad(row.where, f"'{column}' is {value}", "a probability of 0 to 1", "Mend the cell.")
        if value is not None:
            values.append(value)
    return min(values, default=None)


def _where(row: Row, source: SourceEntry, setting: Setting) -> Built:
    """Return the place: a disc by the stated precision (30 km where none is), or an area alone."""
    region = row.first("ADM1_NAME")
    plain = (region or "").replace("'", "")
    # "Kiev" is the region there, and "Kiev City" the city.
    area = setting.areas.find(f"{plain} Oblast") or setting.areas.find(plain) if region else None
    code = area.code if area else None
    name, precision = row.first("asciiname", "address"), row.first("GEO_PRECISION")
    lon, lat, radius = row.number("longitude"), row.number("latitude"), RADIUS_KM.get(precision)
    if (lon is None) != (lat is None) or not (-180 <= (lon or 0) <= 180 and -90 <= (lat or 0) <= 90):
        raise bad(row.where, f"longitude {lon}, latitude {lat}", "both in degrees, or neither", "Mend the row.")
    if lon is None or radius is None:
        whole = precision == "ADM1"  # the point is then any town that stands for the region
        name = region or name if whole else name
        return {"place_name": name, "place_code": code or source.place, "tally": whole}
    town: Place | None = setting.gazetteer.find(name, code) if name else None
    if town is not None and town.radius_km is not None and precision == "ADM3":
        radius = max(radius, town.radius_km)
    return {"place_name": name, "place_code": code, "lon": lon, "lat": lat, "radius_km": radius}


def _day(row: Row) -> date:
    value = row.required("date")
    if re.fullmatch(r"[0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise bad(row.where, f"'date' is '{value[:40]}'", "a date 20260129", "Mend the cell.")


def _parts(text: str | None, separator: str) -> list[str]:
    return sorted({part.strip() for part in re.split(separator, text or "")} - {""})


def _narrow(name: ListName, codes: list[str | None] | None) -> list[str | None] | None:
    """Return the codes without broader ones that a narrower one implies."""
    implied = {b for c in codes or [] if c is not None for b in code_list(name).lineage(c)[1:]}
    return together([c for c in codes or [] if c not in implied])
