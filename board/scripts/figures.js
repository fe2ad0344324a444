"use strict";

// The figures of the first row, each with its change against the period before.

const comparable = () => period().is_comparable;

function figureRow(window, part) {
  const { figures } = board;
  const values = wanted(part);
  return figures.rows.find((row) => row.days === period().days && row.window === window && isWanted(row.of, values, true));
}

// The value of a column, or of a figure, which may be a ratio.
function figureOf(row, { column, ratio }) {
  const { sum, other } = board.figures;
  const valueOf = (name) => row?.values[[...sum, ...other].indexOf(name)] ?? (sum.includes(name) ? 0 : null);
  if (!ratio) return valueOf(column);
  const [above, below] = ratio.map(valueOf);
  return below ? above / below : null;
}

// The exact value beside its text.
const exact = (value, format) => made("data", textOf(value, format), { value: value ?? "" });

// A change in percent; one of a percentage in points.
function changeOf(now, before, format) {
  if (now === null || before === null) return null;
  if (format === "percent") return { change: Math.round(1000 * (now - before)) / 10, unit: "points" };
  return before ? { change: Math.round(1000 * (now / before - 1)) / 10, unit: "%" } : null;
}

function comparison(now, before, { format, better }) {
  const note = made("p", undefined, { className: "note" });
  const found = changeOf(now, before, format);
  if (!found) {
    note.append(exact(before, format), " before");
    return note;
  }
  const { change, unit } = found;
  const direction = Math.sign(change);
  const [arrow, sign] = [["\u25bc\u00a0", "\u2212"], ["", ""], ["\u25b2\u00a0", "+"]][direction + 1];
  const isBetter = better === "more" ? direction > 0 : direction < 0;
  const colour = direction && better !== "neither" ? (isBetter ? "good" : "bad") : "";
  note.append(made("span", `${arrow}${sign}${withUnit(decimal(Math.abs(change)), unit)}`, { className: `change ${colour}` }), "from ", exact(before, format));
  return note;
}

// The summed columns of a row, as a template takes them.
function figureTexts(row) {
  const values = board.figures.sum.map((column) => [column, figureOf(row, { column })]);
  return Object.fromEntries(values.flatMap(([column, value]) => [[column, value], [`${column}_text`, count(value)]]));
}

function drawFigures() {
  const [now, before] = ["current", "previous"].map((window) => figureRow(window));
  find("figures").replaceChildren(...board.figures.shown.map((shown) => {
    const value = figureOf(now, shown);
    const figure = made("div", undefined, { className: "figure", id: shown.column });
    const main = made("p", undefined, { className: "value" });
    main.append(exact(value, shown.format));
    if (shown.beside) main.append(made("span", filled(shown.beside, figureTexts(now)), { className: "note" }));
    figure.append(made("h2", shown.title), main);
    if (comparable()) figure.append(comparison(value, figureOf(before, shown), shown));
    if (value === 0 && shown.zero) figure.append(made("p", `0\u00a0s: ${shown.zero}`, { className: "note" }));
    return figure;
  }));
}

function drawPeriod() {
  const { days, first_day: first, last_day: last, before } = period();
  const length = days === 1 ? "day" : `${days} days`;
  find("first").textContent = `${dateText(first)} to `;
  if (!find("compared")) return;
  find("compared").textContent = comparable()
    ? `Changes are against the ${length} before, ${days === 1 ? "" : `${dateText(before.first_day)} to `}${dateText(before.last_day)}, `
      + `up to the same hour of the last day. The data ends on ${dateText(last)}, so that day isn\u2019t over.`
    : `There is no comparison with the ${length} before, from ${dateText(before.first_day)} on: the sessions begin later.`;
}
