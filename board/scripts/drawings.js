"use strict";

// The three kinds of drawings: bars of days, horizontal bars, and cells. Each is an SVG as wide as its
// place. A mark tells its label to the pointer and to a screen reader.

const SVG = "http://www.w3.org/2000/svg";
const DAYS_HEIGHT = 220;
const LABEL_WIDTH = 130; // of the texts beside bars, in pixels

const drawn = (tag, attributes = {}, text) => {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
};
function drawnMark(tag, { label, unfinished, open }, { class: kind, ...attributes }) {
  const mark = drawn(tag, {
    class: `mark ${kind}${unfinished ? " unfinished" : ""}`, role: "graphics-symbol", "aria-label": label, ...attributes,
  });
  if (open) {
    mark.classList.add("opens");
    mark.addEventListener("click", open);
  }
  return mark;
}
const drawnText = (x, y, text, anchor, kind = "axis") => drawn("text", {
  x, y, class: kind, "text-anchor": anchor, "dominant-baseline": "central", "aria-hidden": true,
}, text);

// The whole drawing; what is in it lies `left` and `top` from its corner.
function drawing({ title }, elements, { width, height, left, top }) {
  const whole = drawn("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "graphics-document", "aria-label": title });
  const inner = drawn("g", { transform: `translate(${left},${top})` });
  inner.append(...elements);
  whole.append(inner);
  return whole;
}

const pen = document.createElement("canvas").getContext("2d");
pen.font = `12px ${getComputedStyle(document.body).fontFamily}`;
const widthOf = (text) => Math.ceil(pen.measureText(text).width);
const widest = (texts) => Math.max(0, ...texts.map(widthOf));

function shortened(text, limit) {
  if (widthOf(text) <= limit) return text;
  const letters = [...text.slice(0, limit)];
  while (widthOf(`${letters.join("")}\u2026`) > limit) letters.pop();
  return `${letters.join("")}\u2026`;
}

// Round numbers from 0 to one that the largest does not exceed, six at most.
function ticksOf(largest) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, largest)));
  const step = Math.max(1, [0.2, 0.5, 1, 2].map((part) => part * power).find((size) => largest <= 5 * size));
  return Array.from({ length: Math.max(1, Math.ceil(largest / step)) + 1 }, (_, at) => at * step);
}

// The unit of an axis of seconds.
function unitOf(seconds) {
  if (seconds >= 7200) return { size: 3600, name: " h" };
  return seconds >= 120 ? { size: 60, name: " min" } : { size: 1, name: " s" };
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

const sumOf = (marks) => marks.reduce((total, { value }) => total + value, 0);
const formatOf = ({ columns, series }) => columns.find(({ column }) => column === series[0].column).format;

// The height of each mark's lower end: they stand on each other.
function stacked(marks) {
  let total = 0;
  return marks.map((mark) => {
    const placed = { ...mark, from: total };
    total += mark.value;
    return placed;
  });
}

const lineOf = (places) => places.map(([x, y], at) => `${at ? "L" : "M"}${x},${y}`).join("");

// A bar for each day, parts on each other or, where they do not add up, as lines; the period before
// is a line.
function drawDays(chart, { points, before, areLines }, width) {
  const heights = points.map((marks) => (areLines ? Math.max(0, ...marks.map(({ value }) => value)) : sumOf(marks)));
  const largest = Math.max(0, ...heights, ...before);
  const unit = formatOf(chart) === "duration" ? unitOf(largest) : { size: 1, name: "" };
  const ticks = ticksOf(largest / unit.size);
  const tickTexts = ticks.map((tick) => `${count(tick)}${unit.name}`);
  const left = widest(tickTexts) + 8;
  const inner = Math.max(1, width - left);
  const step = inner / points.length;
  const top = ticks.at(-1) * unit.size;
  const y = (value) => DAYS_HEIGHT - (DAYS_HEIGHT * value) / top;
  const middle = (at) => (at + 0.5) * step;

  const weekends = points.flatMap(([{ row }], at) => (row.is_weekend ? [drawn("rect", { class: "weekend", x: at * step, y: 0, width: step, height: DAYS_HEIGHT })] : []));
  const grid = ticks.flatMap((tick, at) => {
    const height = y(tick * unit.size);
    return [drawn("path", { class: "grid", d: `M0,${height}H${inner}` }), drawnText(-8, height, tickTexts[at], "end")];
  });
  const bars = () => points.flatMap((marks, at) => stacked(marks).map((mark) => drawnMark("rect", mark, {
    class: `bar part-${mark.order}`, x: (at + 0.12) * step, y: y(mark.from + mark.value), width: 0.76 * step, height: y(0) - y(mark.value),
  })));
  const lines = () => points[0].map(({ order }, part) => drawn("path", {
    class: `part-line part-${order}`, d: lineOf(points.map((marks, at) => [middle(at), y(marks[part].value)])),
  }));
  const dots = () => points.flatMap((marks, at) => marks.map((mark) => drawnMark("circle", mark, {
    class: `bar part-${mark.order}`, cx: middle(at), cy: y(mark.value), r: 3,
  })));
  const line = before.length ? [drawn("path", { class: "before", d: lineOf(before.map((value, at) => [middle(at), y(value)])) })] : [];

  const dayTexts = points.map(([{ row }]) => dayOfYear(row.day));
  const every = Math.ceil((widest(dayTexts) + 14) / step);
  const days = dayTexts.flatMap((text, at) => (at % every || middle(at) + widthOf(text) / 2 > inner ? [] : [drawnText(middle(at), DAYS_HEIGHT + 16, text, "middle")]));
  const elements = [...weekends, ...grid, ...(areLines ? [...lines(), ...dots()] : bars()), ...line, ...days];
  return drawing(chart, elements, { width, height: DAYS_HEIGHT + 34, left, top: 8 });
}

// Horizontal bars: parts one after another, or several series below each other, with their amounts.
function drawBars(chart, { points, isSplit }, width) {
  const bands = points.map((marks) => (chart.beside ? marks.map((mark) => [{ ...mark, from: 0 }]) : [stacked(marks)]));
  const amountOf = (parts) => (isSplit && !chart.beside ? textOf(sumOf(parts), formatOf(chart)) : parts[0].amount);
  const amounts = bands.map((bars) => bars.map(amountOf));
  const names = points.map(([{ row }]) => shortened(row[`${chart.columns[0].column}_text`], LABEL_WIDTH));
  const left = widest(names) + 8;
  const inner = Math.max(40, width - left - widest(amounts.flat()) - 8);
  const largest = Math.max(0, ...bands.flat().map(sumOf));
  const x = (value) => (largest ? (inner * value) / largest : 0);
  const [step, thickness] = chart.beside ? [32, 12] : [24, 18];
  const elements = bands.flatMap((bars, at) => {
    const name = drawnText(-8, (at + 0.5) * step, names[at], "end");
    const first = (at + 0.5) * step - (bars.length * thickness) / 2;
    return [name, ...bars.flatMap((parts, place) => {
      const y = first + place * thickness;
      const ends = parts.at(-1).from + parts.at(-1).value;
      return [
        ...parts.map((mark) => drawnMark("rect", mark, { class: `bar part-${mark.order}`, x: x(mark.from), y, width: x(mark.value), height: thickness })),
        drawnText(x(ends) + 6, y + thickness / 2, amounts[at][place], "start", "amount"),
      ];
    })];
  });
  return drawing(chart, elements, { width, height: Math.max(1, points.length) * step + 4, left, top: 2 });
}

// Which colour of the cells a value has: 0 is none.
const levelOf = (value, bounds) => {
  if (!value) return 0;
  const found = bounds.findIndex((bound) => value <= bound);
  return found < 0 ? bounds.length : found + 1;
};

const boundsFor = (chart, points) => chart.bounds ?? boundsOf(Math.max(0, ...points.flat().map(({ value }) => value)));

// A cell for each pair of values, the darker the larger.
function drawCells(chart, { points }, width) {
  const marks = points.flat();
  const { across, down, format } = chart.cells;
  const bounds = boundsFor(chart, points);
  const placesOf = ({ column, format, every = 1 }) => [...new Set(marks.map(({ row }) => row[column]))].map((value, at) => ({
    value, text: at % every ? "" : textOf(value, format),
  }));
  const [columns, rows] = [across, down].map(placesOf);
  const left = widest(rows.map(({ text }) => text)) + 8;
  const step = Math.max(1, (width - left) / columns.length);
  const height = 27;
  const titles = columns.map(({ text }, at) => drawnText((at + 0.5) * step, -12, text, "middle"));
  const names = rows.map(({ text }, at) => drawnText(-8, (at + 0.5) * height, text, "end"));
  const cells = marks.flatMap((mark) => {
    const column = columns.findIndex(({ value }) => value === mark.row[across.column]);
    const row = rows.findIndex(({ value }) => value === mark.row[down.column]);
    const level = levelOf(mark.value, bounds);
    const cell = drawnMark("rect", mark, {
      class: `bar heat-${level}`, x: (column + 0.05) * step, y: row * height + 1.5, width: 0.9 * step, height: height - 3, rx: 2,
    });
    if (!format) return [cell];
    const text = drawnText((column + 0.5) * step, (row + 0.5) * height, textOf(mark.value, format), "middle", mark.unfinished ? "amount" : `on-heat-${level}`);
    text.setAttribute("style", `font-size: ${Math.min(11, step / 2.6)}px`);
    return [cell, text];
  });
  return drawing(chart, [...titles, ...names, ...cells], { width, height: rows.length * height + 28, left, top: 24 });
}

const DRAWINGS = { days: drawDays, bars: drawBars, cells: drawCells };
