"""Splink on one set of reports, as a researcher would set it up; runs in an environment of its own.

    python with_splink.py REPORTS.parquet ANSWER.json THRESHOLD...

Links between sources, weights learnt without labels, one-to-one clustering: each source has an incident once. On large
sets that ran out of 78 GB of disk, so there its clusters are connected components. Blocking is by day (a day either
side) and by cells of a quarter degree on two grids shifted by half a cell; comparisons are of time, of distance, and of
every fact that holdfire compares on these sets.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import duckdb
import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

ONE_TO_ONE_UP_TO = 20_000
TABLE = """
create table all_reports as select
    report_id as unique_id, replace(source_id, '-', '_') as source_dataset,
    epoch(start) as s, epoch("end") as e, cast(floor(epoch(start) / 86400) as int) as d, lat, lon,
    cast(floor(lat * 4) as int) as cell_n, cast(floor(lon * 3) as int) as cell_e,
    cast(floor(lat * 4 + 0.5) as int) as shifted_n, cast(floor(lon * 3 + 0.5) as int) as shifted_e,
    cast(floor(lat * 20) as int) as near_n, cast(floor(lon * 14) as int) as near_e,
    actor, acts[1] as act, targets[1] as target, killed_min as killed, injured_min as injured
from read_parquet(?)
"""


def same_cell(day: str) -> list[str]:
    """The blocking rules for one step of days, on both grids."""
    return [
        f"l.d = r.d {day} and l.cell_n = r.cell_n and l.cell_e = r.cell_e",
        f"l.d = r.d {day} and l.shifted_n = r.shifted_n and l.shifted_e = r.shifted_e",
    ]


def when() -> Any:
    gap = "greatest(s_l, s_r) - least(e_l, e_r)"
    return comparisons.CustomComparison(
        output_column_name="time",
        comparison_levels=[
            levels.NullLevel("s"),
            levels.CustomLevel(f"{gap} < 0 and e_l - s_l <= 7200 and e_r - s_r <= 7200", "overlap of hours"),
            levels.CustomLevel(f"{gap} < 0", "overlap"),
            levels.CustomLevel(f"{gap} <= 86400", "within a day"),
            levels.ElseLevel(),
        ],
    )


def main() -> None:
    path, answer, thresholds = sys.argv[1], sys.argv[2], [float(x) for x in sys.argv[3:]]
    connection = duckdb.connect()
    connection.execute(TABLE, [path])
    reports = connection.execute("select count(*) from all_reports").fetchall()[0][0]
    one_to_one = reports <= ONE_TO_ONE_UP_TO
    names = [r[0] for r in connection.execute("select distinct source_dataset from all_reports order by 1").fetchall()]
    began = time.perf_counter()
    api = DuckDBAPI(connection)
    tables = []
    for name in names:
        connection.execute(f"create table {name} as select * from all_reports where source_dataset = '{name}'")
        tables.append(api.register(name, dataset_display_name=name))
    facts = [comparisons.ExactMatch(c) for c in ("actor", "act", "target")]
    filled = connection.execute("select count(killed) from all_reports").fetchall()
    if filled[0][0]:
        facts += [comparisons.ExactMatch(c) for c in ("killed", "injured")]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[when(), comparisons.DistanceInKMAtThresholds("lat", "lon", [1, 2, 4, 8, 16, 50]), *facts],
        blocking_rules_to_generate_predictions=[rule for day in ("", "+ 1", "- 1") for rule in same_cell(day)],
        probability_two_random_records_match=0.001,
    )
    linker = Linker(tables, settings)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("d", "cell_n", "cell_e"), block_on("near_n", "near_e")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    predicted = linker.inference.predict(threshold_match_probability=0.01)
    trained = time.perf_counter() - began
    found = []
    for threshold in thresholds:
        began = time.perf_counter()
        if one_to_one:
            clustered = linker.clustering.cluster_using_single_best_links(
                predicted, duplicate_free_datasets=names, threshold_match_probability=threshold
            )
        else:
            clustered = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold)
        rows = clustered.as_duckdbpyrelation().project("unique_id, cluster_id").fetchall()
        seconds = trained + time.perf_counter() - began
        found.append({"threshold": threshold, "seconds": seconds, "incident": dict(rows)})
    Path(answer).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
