"use strict";

// Puts the charts on the page, each with its table and its download.

function fillTable(table, columns, rows) {
  const cell = (tag, text, format) => made(tag, text, { className: isText(format) ? "" : "number" });
  const head = made("tr");
  head.append(...columns.map(({ title, format }) => Object.assign(cell("th", title, format), { scope: "col" })));
  table.tHead.replaceChildren(head);
  table.tBodies[0].replaceChildren(...rows.map((row) => {
    const line = made("tr");
    line.append(...columns.map(({ column, format }) => cell("td", row[`${column}_text`], format)));
    return line;
  }));
}

// The unit of an axis of seconds.
function unitOf(seconds) {
  if (seconds >= 7200) return { seconds: 3600, name: "h" };
  return seconds >= 120 ? { seconds: 60, name: "min" } : { seconds: 1, name: "s" };
}

// How high the chart is at each of its points, and at those of the period before.
function heightsOf({ largest = [], columns, totals, beside }, rows, isSplit) {
  const lines = columns.filter(({ before }) => largest.includes(before)).map(({ column }) => column);
  const heights = new Map();
  for (const row of rows) {
    const values = largest.map((name) => row[name]);
    const height = beside ? Math.max(...values) : values.reduce((total, value) => total + value, 0);
    const point = isSplit && !totals ? row.day : row;
    heights.set(point, (heights.get(point) ?? 0) + height);
  }
  return [...heights.values(), ...rows.flatMap((row) => lines.map((name) => row[name] ?? 0))];
}

// Five round numbers up to the largest, further and further apart.
function boundsOf(largest) {
  const rounded = (value, digits, way) => {
    const unit = 10 ** (Math.floor(Math.log10(value)) - digits + 1);
    return Number((way(value / unit - 1e-9) * unit).toPrecision(digits));
  };
  if (!largest) return [1, 2, 3, 4, 5];
  const lower = [0.04, 0.16, 0.36, 0.64].map((share) => rounded(share * largest, 1, Math.round));
  return [...lower, rounded(largest, 2, Math.ceil)];
}

function showTooltip(_, event, item, text) {
  const tooltip = find("tooltip");
  tooltip.hidden = !text;
  if (!text) return;
  tooltip.textContent = text;
  const { width, height } = tooltip.getBoundingClientRect();
  tooltip.style.left = `${Math.min(Math.max(8, event.clientX - width / 2), innerWidth - width - 8)}px`;
  tooltip.style.top = `${event.clientY - height - 12 < 0 ? event.clientY + 16 : event.clientY - height - 12}px`;
}

// Which of several series has a line for the period before.
const lineOf = ({ series, columns }) => series.find(({ column }) => columns.some(({ before }) => before === column)).title;

// What the colours of a chart stand for; the names of the parts are also in labels and table.
function legendOf(chart, parts, hasLine) {
  const names = chart.series ? chart.series.map(({ title }) => title) : partsFor(chart, parts).map(({ name }) => name);
  const entries = names.filter((name) => name !== null).map((name, at) => [`part-${at}`, name]);
  if (hasLine) entries.push(["line", chart.series ? `${lineOf(chart)}, period before` : "Period before"]);
  if (chart.rows === "of_days") entries.push(["weekend", "Weekend"]);
  return entries.map(([colour, name]) => {
    const entry = made("li");
    entry.append(made("span", undefined, { className: `key ${colour}` }), name);
    return entry;
  });
}

// Puts a chart on the page; gives what draws it, again after each choice.
function makeChart(chart) {
  const figure = find("chart").content.cloneNode(true).firstElementChild;
  figure.id = chart.name;
  figure.querySelector("h2").textContent = chart.title;
  figure.querySelector("[role=region]").ariaLabel = `${chart.title}, table`;
  figure.querySelector("summary").ariaLabel = `${chart.title}, table`;
  const details = figure.querySelector("details");
  const download = Object.assign(figure.querySelector(".download"), { download: `${chart.name}.csv` });
  download.ariaLabel = `${chart.title}, download as CSV`;
  find("charts").append(figure);
  let view;
  let fill;
  details.addEventListener("toggle", () => fill());
  return async (parts) => {
    const rows = rowsOf(chart, parts);
    const columns = columnsOf(chart);
    // a table is made when it is opened: most are not
    fill = () => details.open && fillTable(figure.querySelector("table"), columns, rows);
    fill();
    download.href = `data:text/csv;charset=utf-8,${encodeURIComponent(csvOf(columns, rows))}`;
    const isSplit = Boolean(chart.split && chosenOf("split").value);
    // the line is the total, which parts that don't add up do not reach
    const hasLine = comparable() && chart.rows === "of_days" && !(isSplit && chart.totals);
    const before = hasLine ? rowsOf(chart, [{ order: 0, name: null }]) : [];
    figure.querySelector(".drawing").ariaHidden = String(!rows.length);
    figure.querySelector("figcaption p").textContent = rows.length ? chart.about : `${chart.about} There is nothing to show.`;
    figure.querySelector("ul").replaceChildren(...legendOf(chart, parts, hasLine));
    const largest = Math.max(0, ...heightsOf(chart, rows, isSplit), ...heightsOf(chart, before, false));
    const signals = { largest, unit: unitOf(largest), bounds: boundsOf(largest), is_split: isSplit };
    const data = { rows, before };
    if (view) {
      for (const { name } of chart.vega.signals.filter((signal) => signal.name in signals)) view.signal(name, signals[name]);
      for (const { name } of chart.vega.data.filter((one) => one.name in data)) view.data(name, data[name]);
      await view.runAsync();
    } else {
      for (const signal of chart.vega.signals.filter(({ name }) => name in signals)) signal.value = signals[signal.name];
      for (const one of chart.vega.data.filter(({ name }) => name in data)) one.values = data[one.name];
      ({ view } = await vegaEmbed(figure.querySelector(".drawing"), chart.vega, {
        mode: "vega", renderer: "svg", actions: false, tooltip: showTooltip,
      }));
    }
  };
}
