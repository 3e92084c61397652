"""Raw air-raid alerts of Ukraine's official channels: by oblast, raion or hromada, from when to when (UTC).

An alert is a threat, not a strike. It counts for the oblast: hours under alert there lie between those of alerts for
the whole oblast and those of any part of it. Where parts began to be alerted apart (raions since December 2025,
hromadas in 2022), the hours before and after do not compare. An alert of more than 24 hours is a stuck siren (one
lasted 604 days): it counts no hours, and the days that it touches are not known. An unknown oblast is refused.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from holdfire.monitor.alert_intervals import Alert, under_alert
from holdfire.monitor.csvfile import Row
from holdfire.monitor.intake import each
from holdfire.monitor.records import records
from holdfire.monitor.setting import Observed, Setting, SourceEntry
from holdfire.monitor.whereabouts import region
from holdfire.problems import bad

COLUMNS = ("oblast", "raion", "hromada", "level", "started_at", "finished_at")
LEVELS = ("oblast", "raion", "hromada")


def read(source: SourceEntry, setting: Setting) -> Observed:
    """Read alerts into hours under alert (conditions) and a calendar. Raises InputError for a file that is none."""
    alerts: list[Alert] = []
    rows = records(setting.folder / source.path, COLUMNS)
    refused, count = each(source.id, rows, lambda row: alerts.append(_alert(row, setting)))
    return replace(under_alert(source, setting, alerts), refused=refused, rows=count, used=len(alerts))


def _alert(row: Row, setting: Setting) -> Alert:
    name = row.required("oblast")
    area = region(setting, name)
    if area is None:
        raise bad(row.where, f"unknown oblast '{name[:40]}'", "an area of the case", "It is left out.")
    level = row.choice("level", LEVELS)
    start, end = (_instant(row, c) for c in COLUMNS[-2:])
    if start > end:
        raise bad(row.where, "finished_at lies before started_at", "start, then end", "It is left out.")
    return Alert(area.code, start, end, level == "oblast")


def _instant(row: Row, column: str) -> datetime:
    text = row.required(column)
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None and 1 < moment.year < 9999:
            return moment
    except (ValueError, OverflowError):
        pass
    raise bad(row.where, f"'{column}' is '{text[:40]}'", "2026-01-29 18:00:00+00:00", "It is left out.")
