"use strict";

// Puts the charts on the page, each with its table and its download.

// The table of a chart; where single sessions can be seen, the first cell of a row opens them.
function fillTable(table, chart, columns, rows) {
  const cell = (tag, text, format) => made(tag, text, { className: isText(format) ? "" : "number" });
  const head = made("tr");
  head.append(...columns.map(({ title, format }) => Object.assign(cell("th", title, format), { scope: "col" })));
  table.tHead.replaceChildren(head);
  table.tBodies[0].replaceChildren(...rows.map((row) => {
    const line = made("tr");
    line.append(...columns.map(({ column, format }) => cell("td", row[`${column}_text`], format)));
    if (hasSessions(chart)) {
      const button = made("button", line.cells[0].textContent, { type: "button" });
      button.addEventListener("click", () => showSessions(chart, row));
      line.cells[0].replaceChildren(button);
    }
    return line;
  }));
}

// A template such as "{day}[, {part}]: {session_count: session | sessions}": the text of a column,
// or with two words its text and the word that fits; what is in brackets is left out if a column in
// it has no value.
function filled(template, row) {
  const texts = (part) => part.replace(/{(\w+)(?:: ([^|}]+) \| ([^}]+))?}/g, (_, column, one, many) =>
    row[`${column}_text`] + (one ? ` ${row[column] === 1 ? one : many}` : ""));
  const whole = template.replace(/\[([^\]]*)\]/g, (_, part) =>
    ([...part.matchAll(/{(\w+)/g)].some(([, column]) => (row[column] ?? null) === null) ? "" : texts(part)));
  return texts(whole);
}

// The marks of a chart, point by point.
function pointsOf(chart, rows) {
  const { by, series } = chart;
  const opens = hasSessions(chart);
  const points = new Map();
  for (const row of rows) {
    const marks = series.map(({ column, label, amount }, at) => ({
      row,
      value: row[column] ?? 0,
      order: series.length > 1 ? at : row.part_order,
      label: filled(label, row),
      amount: amount && filled(amount, row),
      unfinished: row.unfinished,
      open: opens && (() => showSessions(chart, row)),
    }));
    const key = JSON.stringify(by.map((name) => row[name]));
    points.set(key, [...(points.get(key) ?? []), ...marks]);
  }
  return [...points.values()];
}

function showTooltip({ target, clientX, clientY }) {
  const tooltip = find("tooltip");
  const mark = target.closest(".mark");
  tooltip.hidden = !mark;
  if (!mark) return;
  tooltip.textContent = mark.getAttribute("aria-label");
  const { width, height } = tooltip.getBoundingClientRect();
  tooltip.style.left = `${Math.min(Math.max(8, clientX - width / 2), innerWidth - width - 8)}px`;
  tooltip.style.top = `${clientY - height - 12 < 0 ? clientY + 16 : clientY - height - 12}px`;
}

// The column of a chart of days that has the period before, and the series that it belongs to.
function beforeOf({ columns, series }) {
  const column = columns.find(({ before }) => series.some((one) => one.column === before));
  return { column: column?.column, title: series.find((one) => one.column === column?.before)?.title };
}

// What the colours of a chart stand for; the names of the parts are also in labels and table.
function legendOf(chart, parts, points, hasLine) {
  const several = chart.series.length > 1;
  const names = several ? chart.series.map(({ title }) => title) : partsFor(chart, parts).map(({ name }) => name);
  const entries = names.filter((name) => name !== null).map((name, at) => [`part-${at}`, name]);
  if (hasLine) entries.push(["line", several ? `${beforeOf(chart).title}, period before` : "Period before"]);
  if (chart.draw === "days") entries.push(["weekend", "Weekend"]);
  if (chart.draw === "cells" && !chart.bounds) {
    entries.push(...["none", ...boundsFor(chart, points).map((bound) => `\u2264 ${bound < 1000 ? bound : count(bound)}`)].map((text, at) => [`heat-${at}`, text]));
  }
  if (points.flat().some(({ unfinished }) => unfinished)) entries.push(["unfinished", "Not over yet"]);
  return entries.map(([colour, name]) => {
    const entry = made("li");
    entry.append(made("span", undefined, { className: `key ${colour}` }), name);
    return entry;
  });
}

// Puts a chart on the page; gives what makes it show the parts that are chosen, and what draws it.
function makeChart(chart) {
  const figure = find("chart").content.cloneNode(true).firstElementChild;
  figure.id = chart.name;
  figure.querySelector("h2").textContent = chart.title;
  figure.querySelector("[role=region]").ariaLabel = `${chart.title}, table`;
  figure.querySelector("summary").ariaLabel = `${chart.title}, table`;
  const details = figure.querySelector("details");
  const place = figure.querySelector(".drawing");
  const download = Object.assign(figure.querySelector(".download"), { download: `${chart.name}.csv` });
  download.ariaLabel = `${chart.title}, download as CSV`;
  place.addEventListener("pointermove", showTooltip);
  place.addEventListener("pointerleave", () => { find("tooltip").hidden = true; });
  find("charts").append(figure);
  let fill = () => {};
  let found;
  details.addEventListener("toggle", () => fill());
  const width = () => place.clientWidth;
  const draw = (pixels) => place.replaceChildren(DRAWINGS[chart.draw](chart, found, pixels));
  const show = (parts) => {
    const rows = rowsOf(chart, parts);
    const columns = columnsOf(chart);
    // a table is made when it is opened: most are not
    fill = () => details.open && fillTable(figure.querySelector("table"), chart, columns, rows);
    fill();
    download.href = `data:text/csv;charset=utf-8,${encodeURIComponent(csvOf(columns, rows))}`;
    const isSplit = Boolean(chart.split && chosenOf("split").value);
    // the line is the total, which parts that don't add up do not reach
    const hasLine = comparable() && chart.draw === "days" && !(isSplit && chart.totals);
    const before = hasLine ? rowsOf(chart, [{ order: 0, name: null }]).map((row) => row[beforeOf(chart).column]) : [];
    found = { points: pointsOf(chart, rows), before, isSplit, areLines: isSplit && chart.totals };
    figure.querySelector("figcaption p").textContent = rows.length ? chart.about : `${chart.about} There is nothing to show.`;
    figure.querySelector("ul").replaceChildren(...legendOf(chart, parts, found.points, hasLine));
  };
  return { show, width, draw };
}
