"use strict";
(() => {
  const FEW = 20;
  const details = JSON.parse(document.getElementById("details").textContent);
  const form = document.getElementById("filters");
  const rows = [...document.querySelectorAll("#incident-table tbody tr")];
  const shown = document.getElementById("shown");
  const more = document.getElementById("more");
  const readings = [...form.elements.reading.options].slice(1).map((o) => o.value);
  let all = false;

  const verdicts = (row) => readings.map((_, n) => row.getAttribute(`data-v-${n}`));

  function fits(row, want) {
    if (want.show === "contested" && row.dataset.contested !== "true") return false;
    if (want.facet && !row.dataset.facets.split(" ").includes(want.facet)) return false;
    const of = want.reading ? [row.getAttribute(`data-v-${readings.indexOf(want.reading)}`)] : verdicts(row);
    if (want.verdict && !of.includes(want.verdict)) return false;
    if (want.reading && !want.verdict && of[0] === "outside") return false;
    const text = `${row.dataset.id} ${row.textContent}`.toLowerCase();
    return want.text.toLowerCase().split(/\s+/).every((word) => text.includes(word));
  }

  function filter() {
    const want = Object.fromEntries(new FormData(form));
    const fitting = rows.filter((row) => fits(row, want));
    const visible = new Set(all ? fitting : fitting.slice(0, FEW));
    rows.forEach((row) => { row.hidden = !visible.has(row); });
    const few = visible.size < fitting.length;
    shown.textContent = `${fitting.length} of ${rows.length} incidents fit` + (few ? `; the first ${visible.size} are shown.` : ".");
    more.hidden = !few;
    more.textContent = `Show all ${fitting.length}`;
  }

  function element(tag, text, cls) {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (cls) made.className = cls;
    return made;
  }

  function open(row) {
    const detail = details[row.dataset.id];
    document.getElementById("panel-h").textContent = row.querySelector(".open").textContent;
    document.getElementById("panel-sub").textContent =
      [".when", ".acts", ".what .soft"].map((s) => row.querySelector(s).textContent.trim()).join(". ") + ` (${row.dataset.id})`;
    document.getElementById("panel-facts").replaceChildren(
      ...detail.facts.flatMap(([name, value]) => [element("dt", name, "soft"), element("dd", value)]));
    document.getElementById("panel-verdicts").replaceChildren(...detail.readings.map((reading) => {
      const block = element("div");
      reading.clauses.forEach((clause) => {
        const line = element("p");
        line.append(element("b", reading.title), " ", element("span", clause.verdict, `verdict ${clause.verdict}`));
        const why = element("ul");
        why.append(...clause.reasons.map((reason) => element("li", reason)));
        block.append(line, element("p", clause.text, "soft"), why);
      });
      return block;
    }));
    document.getElementById("panel-reports").replaceChildren(...detail.reports.map((report) => {
      const item = element("li");
      const name = report.url ? element("a", report.outlet) : element("span", report.outlet);
      if (report.url) { name.href = report.url; name.rel = "noreferrer"; }
      const grade = report.grade ? `, graded ${report.grade}` : "";
      item.append(name, ` ${report.published}${grade}. ${report.account}`, element("span", report.ref ? ` ${report.ref}` : "", "cites"));
      return item;
    }));
    const panel = document.getElementById("panel");
    panel.showModal();
    panel.scrollTop = 0;
    document.getElementById("panel-h").focus();
  }

  rows.forEach((row) => row.querySelector(".open").addEventListener("click", () => open(row)));
  document.querySelectorAll("a[data-incident]").forEach((link) => link.addEventListener("click", (event) => {
    event.preventDefault();
    open(rows.find((row) => row.dataset.id === link.dataset.incident));
  }));
  ["input", "change"].forEach((kind) => form.addEventListener(kind, () => { all = false; filter(); }));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { all = false; filter(); }));
  more.addEventListener("click", () => { all = true; filter(); });
  document.querySelectorAll(".marks circle").forEach((mark) => mark.addEventListener("click", () => {
    form.elements.show.value = "all";
    form.elements.text.value = mark.dataset.place;
    filter();
    document.getElementById("incidents").scrollIntoView();
  }));
  addEventListener("beforeprint", () => {
    document.querySelectorAll("details").forEach((d) => { d.open = true; });
    all = true;
    filter();
  });
  const stale = document.getElementById("outlook-age");
  if (stale) {
    const days = Math.floor((Date.now() - Date.parse(stale.dataset.madeOn)) / 864e5);
    if (days > 1) stale.prepend(element("strong", `That was ${days} days ago${days > 14 ? ": all the days below are over" : ""}. `));
  }
  form.hidden = false;
  filter();
})();
