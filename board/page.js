"use strict";

// What build.py packed, the choices of the filters, and what draws each chart again.
let board;
let choices;
let redraw = [];

const find = (id) => document.getElementById(id);
const made = (tag, text, attributes = {}) => {
  const element = Object.assign(document.createElement(tag), attributes);
  if (text !== undefined) element.textContent = text;
  return element;
};

// Texts of values, by the formats that board.yml names ------------------------------------

const number = (digits) => {
  const format = new Intl.NumberFormat("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return (value) => format.format(value);
};
const count = number(0);
const decimal = number(1);
const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const dayFormat = new Intl.DateTimeFormat("en-GB", {
  weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC",
});

// Seconds in the two largest units that they fill, rounded down; from 100 hours in hours.
const duration = (seconds) => {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  if (hours >= 100) return `${count(hours)} h`;
  if (hours) return `${hours} h ${minutes} min`;
  return minutes ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
};

const formats = {
  text: (value) => value,
  count,
  decimal,
  duration,
  percent: (value) => `${decimal(100 * value)} %`,
  day: (value) => dayFormat.format(new Date(`${value}T00:00Z`)).replace(",", ""),
  weekday: (value) => weekdays[value - 1],
  hour: (value) => `${value}:00`,
  yes_or_no: (value) => (value ? "yes" : "no"),
};
const shown = (value, format) => (value === null ? "\u2013" : formats[format](value));
const isText = (format) => ["text", "day", "weekday", "yes_or_no"].includes(format);

// Filters: a choice is the index of a value, or "" for all --------------------------------

const choicesOf = ({ filters, figures }) => filters.map((filter) => {
  const rows = figures.rows.filter((row) => !row[filter.all_column]);
  const values = [...new Set(rows.map((row) => row[filter.column]))].sort(
    (one, other) => (one === null) - (other === null) || String(one).localeCompare(String(other), "en"),
  );
  return { ...filter, values, chosen: "" };
});
const offered = () => choices.filter(({ values }) => values.length > 1);
const nameOf = ({ chosen, values, all, none }) => (chosen === "" ? all : values[chosen] ?? none);
const fits = (values) => choices.every(({ chosen, values: known }, at) => chosen === "" || known[chosen] === values[at]);

function drawFilters() {
  for (const choice of offered()) {
    const select = made("select", undefined, { name: choice.column });
    select.append(new Option(choice.all, ""));
    choice.values.forEach((value, at) => select.append(new Option(value ?? choice.none, at)));
    select.addEventListener("change", () => {
      choice.chosen = select.value;
      draw();
    });
    const label = made("label", choice.label);
    label.append(select);
    find("filters").append(label);
  }
}

// Figures ----------------------------------------------------------------------------------

function summaryOf(window) {
  const { window: names, rows } = board.figures;
  const isChosen = (row) => choices.every(({ column, all_column: all, values, chosen }) =>
    (chosen === "" ? row[all] : !row[all] && row[column] === values[chosen]));
  return rows.find((row) => row[names.column] === names[window] && isChosen(row));
}

// The exact value beside its text.
const exact = (value, format) => made("data", shown(value, format), { value: value ?? "" });

function comparison(now, before, format) {
  if (!before || now === null) return [exact(before, format), " before"];
  const change = Math.round(1000 * (now / before - 1)) / 10;
  const sign = change < 0 ? "\u2212" : change > 0 ? "+" : "";
  return [`${sign}${decimal(Math.abs(change))} %, from `, exact(before, format)];
}

function drawFigures() {
  const { shown: figures, window, is_comparable: isComparable, rows } = board.figures;
  const [now, before] = [summaryOf("current"), summaryOf("previous")];
  const compared = rows.some((row) => row[window.column] === window.previous && row[isComparable]);
  find("figures").replaceChildren(...figures.map(({ column, title, format, without_sessions: none = null }) => {
    const value = now?.[column] ?? none;
    const figure = made("div", undefined, { className: "figure", id: column });
    const main = made("p", undefined, { className: "value" });
    main.append(exact(value, format));
    figure.append(made("h2", title), main);
    if (compared) {
      const note = made("p", undefined, { className: "note" });
      note.append(...comparison(value, before?.[column] ?? none, format));
      figure.append(note);
    }
    return figure;
  }));
}

// Charts, their tables and downloads --------------------------------------------------------

function rowsOf({ by, sum, columns, points, segments }) {
  const chosen = segments.filter(fits).map((segment) => segment.slice(choices.length));
  const rows = points.map((point, at) => {
    const row = Object.fromEntries(by.map((name, place) => [name, point[place]]));
    sum.forEach((name, place) => {
      row[name] = chosen.reduce((total, numbers) => total + numbers[place][at], 0);
    });
    return row;
  });
  for (const { column, format, share_of: whole, ratio } of columns) {
    const total = whole && rows.reduce((sofar, row) => sofar + row[whole], 0);
    for (const row of rows) {
      if (whole) row[column] = total ? row[whole] / total : 0;
      if (ratio) row[column] = row[ratio[1]] ? row[ratio[0]] / row[ratio[1]] : null;
      row[`${column}_text`] = shown(row[column], format);
    }
  }
  return rows;
}

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

function csvOf(columns, rows) {
  const quoted = (value) => (/[",\n]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : value ?? "");
  const lines = [columns.map(({ column }) => column), ...rows.map((row) => columns.map(({ column }) => row[column]))];
  return lines.map((values) => values.map(quoted).join(",")).join("\r\n") + "\r\n";
}

// The unit of an axis of seconds.
function unitOf(seconds) {
  if (seconds >= 7200) return { seconds: 3600, name: "h" };
  return seconds >= 120 ? { seconds: 60, name: "min" } : { seconds: 1, name: "s" };
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

async function makeChart(chart) {
  const figure = find("chart").content.cloneNode(true).firstElementChild;
  figure.id = chart.mart;
  figure.querySelector("h2").textContent = chart.title;
  figure.querySelector("figcaption p").textContent = chart.about;
  figure.querySelector("[role=region]").ariaLabel = `${chart.title}, table`;
  figure.querySelector("summary").ariaLabel = `${chart.title}, table`;
  const download = Object.assign(figure.querySelector(".download"), { download: `${chart.mart}.csv` });
  download.ariaLabel = `${chart.title}, download as CSV`;
  find("charts").append(figure);
  chart.vega.data.find(({ name }) => name === "rows").values = rowsOf(chart);
  const { view } = await vegaEmbed(figure.querySelector(".drawing"), chart.vega, {
    mode: "vega", renderer: "svg", actions: false, tooltip: showTooltip,
  });
  return () => {
    const rows = rowsOf(chart);
    fillTable(figure.querySelector("table"), chart.columns, rows);
    download.href = `data:text/csv;charset=utf-8,${encodeURIComponent(csvOf(chart.columns, rows))}`;
    if (chart.vega.signals.some(({ name }) => name === "unit")) {
      view.signal("unit", unitOf(Math.max(...rows.map((row) => row[chart.sum[0]]))));
    }
    return view.data("rows", rows).runAsync();
  };
}

// The page -----------------------------------------------------------------------------------

async function draw() {
  find("chosen").textContent = offered().map((choice) => ` \u00b7 ${nameOf(choice)}`).join("");
  drawFigures();
  await Promise.all(redraw.map((again) => again()));
  document.body.dataset.drawn = choices.map(({ chosen }) => chosen).join();
}

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

async function start() {
  board = await unpacked(find("data").textContent);
  choices = choicesOf(board);
  drawFilters();
  redraw = await Promise.all(board.charts.map(makeChart));
  await draw();
}

if (find("charts")) start();
