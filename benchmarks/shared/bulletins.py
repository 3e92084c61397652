"""The real series: the transcription of national bulletins of docs/sources/missile_attacks.md."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from holdfire.assess import nightly
from holdfire.monitor import SourceEntry
from holdfire.monitor.missile_attacks import NATIONAL, read
from holdfire.monitor.setting import Setting
from holdfire.places import load_areas, load_gazetteer

ZONE = ZoneInfo("Europe/Kyiv")
# First and last day of each: Orthodox Christmas 2023; energy 2025; Easter 2025; Victory Day 2025; the cold spell 2026.
TRUCES = (
    (date(2023, 1, 6), date(2023, 1, 7)),
    (date(2025, 3, 18), date(2025, 4, 17)),
    (date(2025, 4, 19), date(2025, 4, 21)),
    (date(2025, 5, 8), date(2025, 5, 11)),
    (date(2026, 1, 29), date(2026, 2, 5)),
)


def bulletins(path: Path) -> pl.DataFrame:
    """Return the national bulletins as reports."""
    entry = {"id": "k", "kind": "missile_attacks", "title": "Bulletins", "path": path.name, "publisher": "Kaggle"}
    covers = {"place": "UA", "acts": ["drone_strike", "missile_strike"]}
    more = {"licence": "unclear", "place": "UA", "group": "ua-air-force", "actor": "russia_forces", "covers": covers}
    setting = Setting(path.parent, ZONE, date(2022, 9, 1), date(2026, 3, 31), load_areas(), load_gazetteer())
    reports = read(SourceEntry.model_validate({**entry, **more}), setting).reports
    return reports.filter(pl.col("outlet") == NATIONAL)


def bulletin_nights(path: Path) -> pl.DataFrame:
    """Return the same as nights."""
    return nightly(bulletins(path), ZONE.key)
