"""The script that an analyst would write: pandas for the facts, geopandas for the places, one clause after another.

    python script.py FOLDER INCIDENTS.parquet

FOLDER holds the clauses, codes, zones and areas. Answers are 1 for true, 0 for false and 0.5 for unknown, so that "and"
is the least, "or" the greatest and "not" the difference from 1. Prints the counts of verdicts of every prohibition.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd
from measure import Stages, tell
from places import Whereabouts

COLUMNS = ["start", "end", "place_code", "lon", "lat", "radius_km", "actor", "acts", "weapons", "targets"]
COLUMNS += ["munitions", "unproven_facets"]
LISTED = {"act": "acts", "weapon": "weapons", "target": "targets"}
Clause = dict[str, Any]


class Script:
    def __init__(self, folder: Path, incidents: pd.DataFrame):
        self.lineages = json.loads((folder / "codes.json").read_text(encoding="utf-8"))
        self.incidents = incidents
        self.where = Whereabouts(incidents, folder / "zones.geojson", folder / "areas.geojson")
        self.codes = {facet: incidents[column].explode() for facet, column in LISTED.items()}
        unproven = incidents["unproven_facets"].explode()
        self.unproven = {f: unproven.index[unproven == f] for f in ("actor", "act", "target", "place", "time")}
        self.places: dict[str, pd.Series] = {}

    def all_of(self, clause: Clause) -> pd.Series:
        """Return whether a clause applies to each incident."""
        facets: dict[str, pd.Series] = {}
        every = clause["norm"] == "permission"
        if "time" in clause:
            facets["time"] = self.in_time(*clause["time"])
        if "actor" in clause:
            facets["actor"] = self.incidents["actor"].map(self.per_code("actor", clause)).fillna(0.5)
        acting = [self.listed(name, clause, every) for name in ("act", "weapon") if name in clause]
        if acting:
            facets["act"] = pd.concat(acting, axis=1).min(axis=1)
        if "target" in clause:
            facets["target"] = self.listed("target", clause, every)
        if "place" in clause:
            facets["place"] = self.in_place(clause["place"]).copy()
        for name, answers in facets.items():
            answers[self.unproven[name]] = 0.5
        return pd.concat(facets.values(), axis=1).min(axis=1)

    def listed(self, name: str, clause: Clause, every: bool) -> pd.Series:
        """Return whether any code of each incident is the term's, or `every` one; none stated is one not known."""
        answers = self.codes[name].map(self.per_code(name, clause)).fillna(0.5).groupby(level=0)
        return answers.min() if every else answers.max()

    def per_code(self, name: str, clause: Clause) -> dict[str, float]:
        """Return the answer of a term for every code of its list."""
        lineages = self.lineages[name]

        def covers(wanted: list[str], code: str) -> float:
            if set(wanted) & set(lineages[code]):
                return 1.0
            return 0.5 if any(code in lineages[w] for w in wanted) else 0.0

        answers = {}
        for code in lineages:
            core, fringe, out = (covers(clause[name].get(s, []), code) for s in ("certainly", "possibly", "besides"))
            if out == 1 or max(core, fringe) == 0:
                answers[code] = 0.0
            else:
                answers[code] = 1.0 if core == 1 and out == 0 else 0.5
        return answers

    def in_time(self, *bounds: str) -> pd.Series:
        """Return whether each incident lies in a window that opens and closes between two instants each."""
        opens, open_, closes, closed = map(pd.Timestamp, bounds)
        start, end = self.incidents["start"], self.incidents["end"]
        answers = pd.Series(0.5, index=self.incidents.index)
        answers[(start >= open_) & (end <= closes) & (start < closes)] = 1.0
        answers[((start < opens) & (end <= opens)) | (start >= closed)] = 0.0
        return answers

    def in_place(self, term: dict[str, list[str]]) -> pd.Series:
        key = json.dumps(term)
        if key not in self.places:
            sides = (term.get(s, []) for s in ("certainly", "possibly", "besides"))
            self.places[key] = self.where.answer(*sides)
        return self.places[key]

    def judged(self, reading: list[Clause]) -> list[dict[str, Any]]:
        """Return the counts of every prohibition of a reading."""
        permissions = [self.all_of(c) for c in reading if c["norm"] == "permission"]
        exempt = pd.concat(permissions, axis=1).max(axis=1)
        return [self.counted(c, self.all_of(c), exempt) for c in reading if c["norm"] == "prohibition"]

    def counted(self, clause: Clause, prohibited: pd.Series, exempt: pd.Series) -> dict[str, Any]:
        violates = pd.concat([prohibited, 1 - exempt], axis=1).min(axis=1)
        munitions = self.incidents["munitions"]
        return {
            "reading_id": clause["reading_id"],
            "clause_id": clause["id"],
            "violations": int((violates == 1).sum()),
            "undetermined": int((violates == 0.5).sum()),
            "permitted": int(((violates == 0) & (prohibited > 0)).sum()),
            "outside": int((prohibited == 0).sum()),
            "munitions_violating": int(munitions[violates == 1].sum()),
            "munitions_undetermined": int(munitions[violates == 0.5].sum()),
        }


def main() -> None:
    folder, path = map(Path, sys.argv[1:])
    stages = Stages()
    with stages.stage("read"):
        incidents = pd.read_parquet(path, columns=COLUMNS)
        clauses = json.loads((folder / "clauses-30.json").read_text(encoding="utf-8"))
    with stages.stage("prepare"):
        script = Script(folder, incidents)
    with stages.stage("judge"):
        readings = {c["reading_id"]: [x for x in clauses if x["reading_id"] == c["reading_id"]] for c in clauses}
        counts = [count for reading in readings.values() for count in script.judged(reading)]
    tell(seconds=stages.seconds, rows=len(incidents), counts=counts, close_calls=script.where.close_calls)


if __name__ == "__main__":
    main()
