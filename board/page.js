"use strict";

// What build.py packed, the choices of the filters, and what draws each chart.
let board;
let choices;
let drawings;

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
const dayPart = (options) => {
  const format = new Intl.DateTimeFormat("en", { ...options, timeZone: "UTC" });
  return (value) => format.format(new Date(`${value}T00:00Z`));
};
const dayParts = [{ weekday: "short" }, { day: "numeric" }, { month: "short" }, { year: "numeric" }].map(dayPart);

// A number and its unit stay on one line.
const withUnit = (value, unit) => `${value}\u00a0${unit}`;

// Seconds in the two largest units that they fill, rounded down; from 100 hours in hours.
const duration = (seconds) => {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  if (hours >= 100) return withUnit(count(hours), "h");
  if (hours) return `${withUnit(hours, "h")} ${withUnit(minutes, "min")}`;
  return minutes ? `${withUnit(minutes, "min")} ${withUnit(seconds % 60, "s")}` : withUnit(seconds, "s");
};

const formats = {
  text: (value) => value,
  count,
  decimal,
  duration,
  percent: (value) => withUnit(decimal(100 * value), "%"),
  day: (value) => dayParts.map((part) => part(value)).join(" "),
  weekday: (value) => weekdays[value - 1],
  hour: (value) => `${value}:00`,
  yes_or_no: (value) => (value ? "yes" : "no"),
};
const textOf = (value, format) => (value === null ? "\u2013" : formats[format](value));
const isText = (format) => ["text", "day", "weekday", "yes_or_no"].includes(format);

// Filters: a choice is the index of a value, or "" for all --------------------------------

const choicesOf = ({ filters, charts }) => filters.map((filter, at) => {
  const values = charts.flatMap(({ segments }) => segments.map((segment) => segment[at]));
  const inOrder = [...new Set(values)].sort(
    (one, other) => (one === null) - (other === null) || String(one).localeCompare(String(other), "en"),
  );
  return { ...filter, values: inOrder, chosen: "" };
});
const offered = () => choices.filter(({ values }) => values.length > 1);
// A text that might be taken for another, or not be seen, stands in quotes.
const valueName = ({ all, none }, value) => {
  if (value === null) return none;
  return value.trim() !== value || ["", all, none].includes(value) ? `\u201c${value}\u201d` : value;
};
const nameOf = (choice) => (choice.chosen === "" ? choice.all : valueName(choice, choice.values[choice.chosen]));
const fits = (values) => choices.every(({ chosen, values: known }, at) => chosen === "" || known[chosen] === values[at]);

function drawFilters() {
  for (const choice of offered()) {
    const select = made("select", undefined, { name: choice.column });
    select.append(new Option(choice.all, ""));
    choice.values.forEach((value, at) => select.append(new Option(valueName(choice, value), at)));
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
const exact = (value, format) => made("data", textOf(value, format), { value: value ?? "" });

function comparison(now, before, format) {
  if (!before || now === null) return [exact(before, format), " before"];
  const change = Math.round(1000 * (now / before - 1)) / 10;
  const sign = change < 0 ? "\u2212" : change > 0 ? "+" : "";
  return [`${sign}${withUnit(decimal(Math.abs(change)), "%")}, from `, exact(before, format)];
}

function drawFigures() {
  const [now, before] = [summaryOf("current"), summaryOf("previous")];
  find("figures").replaceChildren(...board.figures.shown.map(({ column, title, format, without_sessions: none = null }) => {
    const value = now?.[column] ?? none;
    const figure = made("div", undefined, { className: "figure", id: column });
    const main = made("p", undefined, { className: "value" });
    main.append(exact(value, format));
    figure.append(made("h2", title), main);
    if (board.figures.is_comparable) {
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
      row[`${column}_text`] = textOf(row[column], format);
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

// The rows, after what was chosen.
function csvOf(columns, rows) {
  const cell = (value) => {
    // a spreadsheet would take a text that begins like this for a formula
    const text = typeof value === "string" && /^[=+@\t\r-]/.test(value) ? `'${value}` : String(value ?? "");
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const header = [...offered(), ...columns].map(({ column }) => column);
  const lines = rows.map((row) => [...offered().map(nameOf), ...columns.map(({ column }) => row[column])]);
  return [header, ...lines].map((values) => `${values.map(cell).join(",")}\r\n`).join("");
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

// Puts a chart on the page; gives what draws it, again after each choice.
function makeChart(chart) {
  const figure = find("chart").content.cloneNode(true).firstElementChild;
  figure.id = chart.mart;
  figure.querySelector("h2").textContent = chart.title;
  figure.querySelector("figcaption p").textContent = chart.about;
  figure.querySelector("[role=region]").ariaLabel = `${chart.title}, table`;
  figure.querySelector("summary").ariaLabel = `${chart.title}, table`;
  const download = Object.assign(figure.querySelector(".download"), { download: `${chart.mart}.csv` });
  download.ariaLabel = `${chart.title}, download as CSV`;
  find("charts").append(figure);
  let view;
  return async () => {
    const rows = rowsOf(chart);
    fillTable(figure.querySelector("table"), chart.columns, rows);
    download.href = `data:text/csv;charset=utf-8,${encodeURIComponent(csvOf(chart.columns, rows))}`;
    const largest = Math.max(0, ...rows.map((row) => row[chart.largest] ?? 0));
    const signals = { largest, unit: unitOf(largest) };
    if (view) {
      for (const { name } of chart.vega.signals.filter((signal) => signal.name in signals)) view.signal(name, signals[name]);
      await view.data("rows", rows).runAsync();
    } else {
      for (const signal of chart.vega.signals.filter(({ name }) => name in signals)) signal.value = signals[signal.name];
      chart.vega.data.find(({ name }) => name === "rows").values = rows;
      ({ view } = await vegaEmbed(figure.querySelector(".drawing"), chart.vega, {
        mode: "vega", renderer: "svg", actions: false, tooltip: showTooltip,
      }));
    }
  };
}

// The page -----------------------------------------------------------------------------------

async function draw() {
  find("chosen").textContent = offered().map((choice) => ` \u00b7 ${nameOf(choice)}`).join("");
  drawFigures();
  await Promise.all(drawings.map((drawChart) => drawChart()));
  document.body.dataset.drawn = choices.map(({ chosen }) => chosen).join();
}

// Minutes in words, in the largest unit of which there are two or more.
const age = (minutes) => {
  const found = [["days", 1440], ["hours", 60], ["minutes", 1]].find(([, size]) => minutes >= 2 * size);
  return found ? `${count(Math.floor(minutes / found[1]))} ${found[0]}` : "a minute";
};

// Says at the top of the page that its data is old, if it is at the time of reading.
function warnOfOldData(notice) {
  const minutes = (Date.now() - Date.parse(notice.dataset.newest)) / 60000;
  if (minutes <= Number(notice.dataset.minutes)) return;
  notice.textContent = `No event has arrived for ${age(minutes)}. The figures below end there.`;
  notice.hidden = false;
}

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

async function start() {
  board = await unpacked(find("data").textContent);
  choices = choicesOf(board);
  drawFilters();
  drawings = board.charts.map(makeChart);
  await draw();
}

if (find("stale")) warnOfOldData(find("stale"));
if (find("charts")) {
  start().catch((error) => {
    const notice = `Something is missing here: ${error.message}. A browser of 2023 or later draws the board.`;
    find("charts").before(made("p", notice, { className: "notice" }));
  });
}
