"""Any table, read through a mapping file that says what its columns and codes mean; see `mapping`.

A row that cannot be read is refused with its reason. A value that the mapping does not know is neither dropped nor
guessed at: something was stated, and what it was is unknown.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import partial
from zoneinfo import ZoneInfo

from holdfire.monitor.calendar import by_mornings, calendar, days_between
from holdfire.monitor.coding import acts_of
from holdfire.monitor.csvfile import Row
from holdfire.monitor.intake import Built, digest, figure, taken
from holdfire.monitor.mapped import coded, figures, interval, moment, whereabouts
from holdfire.monitor.mapping import Mapping, read_mapping
from holdfire.monitor.setting import Observed, Setting, SourceEntry
from holdfire.monitor.workbook import table_rows
from holdfire.problems import bad

YES, NO = ("yes", "true", "1"), ("no", "false", "0")


def read(source: SourceEntry, setting: Setting) -> Observed:
    """Read a table into reports. Raises InputError for a wrong mapping, or a file that cannot be read at all."""
    where = f"source '{source.id}'"
    if source.mapping is None:
        remedy = "Write one, as in docs/sources/table.md, and name it as `mapping`."
        raise bad(where, "there is no mapping file", "a mapping file", remedy)
    mapping = read_mapping(setting.folder / source.mapping)
    zone = ZoneInfo(mapping.time_zone) if mapping.time_zone else setting.zone
    told: set[date] = set()
    build = partial(_report, source, setting, mapping, zone, told)
    observed = taken(source, table_rows(setting.folder / source.path, mapping), build)
    if mapping.reports_on is None:
        return observed
    area = setting.areas.find(mapping.reports_on.place)
    if area is None:
        found = f"unknown area '{mapping.reports_on.place}' under `reports_on`"
        raise bad(str(setting.folder / source.mapping), found, "an area of the case", "Mend the name, or add the area.")
    whole = days_between(setting.first, setting.last)
    nightly = mapping.time.precision in ("night", "night_to")
    on = calendar(source.id, [area.code], whole, by_mornings(told, whole) if nightly else told)
    return replace(observed, calendar=on)


def _report(
    source: SourceEntry, setting: Setting, mapping: Mapping, zone: ZoneInfo, told: set[date], row: Row
) -> Built:
    weapons = coded("weapon", mapping.weapon, row)
    acts = coded("act", mapping.act, row)
    if acts is None:
        acts = acts_of(weapons, None, source.act)
    start, end = interval(row, mapping.time, zone)
    built: Built = {
        "report_id": _identity(row, mapping),
        "start": start,
        "end": end,
        **whereabouts(row, source, setting, mapping.place),
        "acts": acts,
        "weapons": weapons,
        "targets": coded("target", mapping.target, row),
        **figures(row, mapping),
        "tally": _tally(row, mapping) or (mapping.count is not None and (figure(row, mapping.count) or 0) > 1),
        "account": "; ".join(text for c in mapping.account if (text := row.text(c))) or None,
    }
    for column, name in (("outlet", mapping.outlet), ("url", mapping.url)):
        if name is not None:
            built[column] = row.text(name)
    if mapping.published is not None and (written := row.text(mapping.published)):
        built["published"] = moment(row, mapping.published, written, mapping.time.formats).date()
    if mapping.groups is not None and (groups := row.text(mapping.groups)):
        built["source_groups"] = sorted({g.strip() for g in groups.split(";")} - {""}) or None
    for column, name, grades in (
        ("reliability", mapping.reliability, "A-F"),
        ("credibility", mapping.credibility, "1-6"),
    ):
        if name is not None and (grade := row.text(name)):
            if not re.fullmatch(f"[{grades}]", grade):
                raise bad(row.where, f"'{name}' is '{grade[:20]}'", f"an Admiralty grade {grades}", "Mend the cell.")
            built[column] = grade
    if mapping.actor is not None:
        codes = coded("actor", mapping.actor, row)
        built["actor"] = codes[0] if codes and len(codes) == 1 else None
    nightly = mapping.time.precision in ("night", "night_to")
    told.add((end if nightly else start).astimezone(setting.zone).date())
    return built


def _identity(row: Row, mapping: Mapping) -> str:
    """Return the row's own id, or a digest of the whole row where it has none."""
    if mapping.report_id:
        return " ".join(row.required(c) for c in mapping.report_id)
    return digest(row)


def _tally(row: Row, mapping: Mapping) -> bool:
    if isinstance(mapping.tally, bool):
        return mapping.tally
    said = (row.text(mapping.tally) or "no").casefold()
    if said not in (*YES, *NO):
        raise bad(row.where, f"'{mapping.tally}' is '{said[:20]}'", "yes or no", "Mend the cell.")
    return said in YES
