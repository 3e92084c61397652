"""Where every finding comes from, as a graph: finding, verdicts, incidents, reports, files and pages.

The words are those of PROV-O (https://www.w3.org/TR/prov-o/) in JSON-LD, with the context written inline, so that
nobody needs the network to read it. Ids are fragments of the file itself, wherever it is put.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import quote

import polars as pl

from holdfire.adjudicate import ClausePlan, Finding
from holdfire.publish import words
from holdfire.publish.content import Content, SourceNote
from holdfire.publish.readings import cited
from holdfire.publish.reasons import reasons

MOST_VERDICTS = 1000  # of one finding that are told one by one
RUN, SOFTWARE, VERIFYING = "#run", "#holdfire", "#run/verify"
_PROV = "http://www.w3.org/ns/prov#"
_RELATIONS = (
    "wasDerivedFrom",
    "hadPrimarySource",
    "wasGeneratedBy",
    "wasAttributedTo",
    "wasAssociatedWith",
    "used",
    "hadMember",
)
CONTEXT: dict[str, Any] = {
    "prov": _PROV,
    "dcterms": "http://purl.org/dc/terms/",
    "schema": "https://schema.org/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    **{c: f"prov:{c}" for c in ("Entity", "Collection", "Activity", "Agent", "SoftwareAgent", "Organization")},
    **{r: {"@id": f"prov:{r}", "@type": "@id"} for r in _RELATIONS},
    "isPartOf": {"@id": "dcterms:isPartOf", "@type": "@id"},
    "kind": "dcterms:type",
    "identifier": "dcterms:identifier",
    "title": "dcterms:title",
    "text": "dcterms:description",
    "licence": "dcterms:rights",
    "date": {"@id": "dcterms:date", "@type": "xsd:date"},
    "value": "prov:value",
    "sha256": "schema:sha256",
    "version": "schema:softwareVersion",
}


def provenance_graph(content: Content) -> str:
    """Return provenance.jsonld, one node to a line; the same content gives the same bytes.

    Every finding is derived from its verdicts. Those that lie outside of the clause for sure, and what exceeds 1,000
    others, are one node per finding, with their number and the digest of which they are.
    """
    graph = _Graph(content)
    for finding in content.findings:
        graph.finding(finding)
    lines = ",\n".join(json.dumps(n, ensure_ascii=False, separators=(",", ":")) for n in graph.nodes.values())
    context = json.dumps(CONTEXT, ensure_ascii=False, separators=(",", ":"))
    return f'{{"@context":{context},\n"@graph":[\n{lines}\n]}}\n'


def digest(rows: list[tuple[str, str]]) -> str:
    """Return the SHA-256 of incidents and their verdicts, one INCIDENT, tab, VERDICT to a line, sorted."""
    return hashlib.sha256("".join(f"{i}\t{v}\n" for i, v in sorted(rows)).encode()).hexdigest()


def _id(kind: str, *parts: str) -> str:
    return f"#{kind}/" + "/".join(quote(p, safe="") for p in parts)


def _figures(finding: Finding) -> str:
    least, most = finding.violations - finding.absorbed, finding.violations + finding.undetermined
    unit = "days of which there are maps" if finding.area_km2 is not None else "place-days covered"
    return f"{words.reach(least, most)} violations; {finding.covered} of {finding.total} {unit}"


class _Graph:
    """Nodes by id, each added once, in the order in which they are first needed."""

    def __init__(self, content: Content):
        self.nodes: dict[str, dict[str, Any]] = {}
        self._content = content
        self._incidents = {r["incident_id"]: r for r in content.incidents.iter_rows(named=True)}
        self._reports = {r["report_id"]: r for r in content.reports.iter_rows(named=True)}
        self._sources = {s.source_id: s for s in content.sources}
        self._plans = {(c.reading_id, c.clause_id): c for c in content.plan.clauses}
        self._add(SOFTWARE, "SoftwareAgent", title="holdfire", version=content.version)
        every = [self._file(name) for name in content.inputs]
        text = f"{content.title}; {content.period[0]} to {content.period[1]}; standard of proof: {content.standard}"
        self._add(RUN, "Activity", kind="run", title=text, wasAssociatedWith=SOFTWARE, used=every)
        self._add(VERIFYING, "Activity", kind="linking of reports into incidents", isPartOf=RUN)

    def _add(self, id: str, type: str, **facts: Any) -> str:
        known = {k: v for k, v in facts.items() if v not in (None, "", [])}
        self.nodes.setdefault(id, {"@id": id, "@type": type, **known})
        return id

    def finding(self, finding: Finding) -> None:
        key = finding.reading_id, finding.clause_id
        plan = self._plans[key]
        judging = _id("judging", *key)
        used = [self._clause(plan), *(self._clause(p) for p in self._content.plan.exempting(plan))]
        kind = "judging of incidents under a clause"
        self._add(judging, "Activity", kind=kind, used=used, isPartOf=RUN, wasAssociatedWith=SOFTWARE)
        if finding.norm == "obligation":
            basis = [self._evidence(e) for e in finding.evidence or []] or self._all_sources()
        else:
            basis = self._judged(plan, judging)
        self._add(
            _id("finding", *key),
            "Entity",
            kind="finding",
            identifier="/".join(key),
            value=finding.status,
            text=_figures(finding),
            wasGeneratedBy=judging,
            wasDerivedFrom=list(dict.fromkeys(basis)),
        )

    def _judged(self, plan: ClausePlan, judging: str) -> list[str]:
        """Add the verdicts under a clause, and the one node that stands for those not told one by one."""
        key = plan.reading_id, plan.clause_id
        mine = self._content.verdicts.filter((pl.col("reading_id") == key[0]) & (pl.col("clause_id") == key[1]))
        telling = mine.filter(pl.col("verdict") != "outside").sort("incident_id").head(MOST_VERDICTS)
        ids = []
        for row in telling.iter_rows(named=True):
            incident = self._incidents[row["incident_id"]]
            ids.append(
                self._add(
                    _id("verdict", row["incident_id"], *key),
                    "Entity",
                    kind="verdict",
                    identifier="/".join((row["incident_id"], *key)),
                    value=row["verdict"],
                    text=" ".join(reasons(incident, row, plan, self._content.plan)),
                    wasGeneratedBy=judging,
                    wasDerivedFrom=self._incident(row["incident_id"]),
                )
            )
        rest = mine.join(telling, on="incident_id", how="anti").select("incident_id", "verdict").rows()
        outside = sum(v == "outside" for _, v in rest)
        more = f", and {words.number(len(rest) - outside)} more" if len(rest) > outside else ""
        summary = self._add(
            _id("verdicts", *key),
            "Collection",
            kind="verdicts not told one by one",
            value=len(rest),
            text=f"{words.count(outside, 'incident')} outside of it for sure{more}; each is in verdicts.parquet.",
            sha256=digest(rest),
            wasGeneratedBy=judging,
            wasDerivedFrom=self._all_sources(),
        )
        return [*ids, summary]

    def _evidence(self, name: str) -> str:
        """Add what an obligation rests on: an incident, a source, or its map of a day as SOURCE:DAY."""
        if name in self._incidents:
            return self._incident(name)
        source = name if name in self._sources else name.rsplit(":", 1)[0]
        return self._source(self._sources[source])

    def _incident(self, name: str) -> str:
        reports = [self._report(r) for r in self._incidents[name]["report_ids"]]
        id = _id("incident", name)
        return self._add(
            id, "Entity", kind="incident", identifier=name, wasGeneratedBy=VERIFYING, wasDerivedFrom=reports
        )

    def _report(self, name: str) -> str:
        id = _id("report", name)
        if id in self.nodes:
            return id
        row = self._reports[name]
        said_by = [self._agent("outlet", row["outlet"])] if row["outlet"] else []
        said_by += [self._agent("source group", g) for g in row["source_groups"] or [] if g]
        page = self._page(row["url"])
        return self._add(
            id,
            "Entity",
            kind="report",
            identifier=name,
            date=row["published"] and row["published"].isoformat(),
            value=None if page else row["url"],
            hadPrimarySource=page,
            wasAttributedTo=said_by,
            wasDerivedFrom=self._source(self._sources[row["source_id"]]),
        )

    def _all_sources(self) -> list[str]:
        return [self._source(s) for s in self._content.sources]

    def _source(self, source: SourceNote) -> str:
        """Add a source: its file, or the collection of its files."""
        files = [self._file(f) for f in source.files]
        facts = {"kind": "source", "title": source.title, "licence": source.licence}
        publisher = self._agent("publisher", source.publisher)
        page = self._page(source.url)
        if len(files) == 1:
            self.nodes[files[0]] |= {
                **facts,
                "wasAttributedTo": publisher,
                **({"hadPrimarySource": page} if page else {}),
            }
            return files[0]
        id = _id("source", source.source_id)
        return self._add(
            id,
            "Collection",
            **facts,
            wasAttributedTo=publisher,
            hadPrimarySource=page,
            hadMember=files,
            wasDerivedFrom=files,
        )

    def _file(self, name: str) -> str:
        return self._add(_id("file", name), "Entity", identifier=name, sha256=self._content.inputs.get(name))

    def _page(self, url: str | None) -> str | None:
        page = words.web(url)
        if page is None:
            return None
        return self._add(quote(page, safe="%/:=&?~#+!$,;'@()*-._"), "Entity", kind="page")

    def _agent(self, kind: str, name: str) -> str:
        type = "Agent" if kind in ("speaker", "source group") else "Organization"
        return self._add(_id(kind.replace(" ", "-"), name), type, kind=kind, title=name)

    def _clause(self, plan: ClausePlan) -> str:
        reading = next(r for r in self._content.agreement.readings if r.id == plan.reading_id)
        names = {p.id: p.name for p in self._content.agreement.parties}
        self._add(
            _id("reading", reading.id),
            "Collection",
            kind="reading",
            identifier=reading.id,
            title=reading.title,
            text=reading.summary,
            date=reading.stated_on.isoformat(),
            wasAttributedTo=self._agent("party", names[reading.held_by]),
            wasDerivedFrom=[self._statement(c) for c in reading.cites],
            hadMember=[],
        )
        id = _id("clause", plan.reading_id, plan.clause_id)
        members = self.nodes[_id("reading", reading.id)].setdefault("hadMember", [])
        if id not in members:
            members.append(id)
        return self._add(
            id,
            "Entity",
            kind=plan.clause.norm,
            identifier=f"{plan.reading_id}/{plan.clause_id}",
            text=plan.clause.text,
            wasDerivedFrom=[self._statement(s.id) for s in cited(plan, self._content.plan, self._content.agreement)],
        )

    def _statement(self, name: str) -> str:
        statement = self._content.agreement.statement(name)
        page = self._page(statement.url)
        return self._add(
            _id("statement", name),
            "Entity",
            kind="statement",
            identifier=name,
            date=statement.said_on.isoformat(),
            text=statement.value,
            value=None if page else statement.url,
            hadPrimarySource=page,
            wasAttributedTo=[self._agent("speaker", statement.speaker), self._agent("outlet", statement.outlet)],
        )
