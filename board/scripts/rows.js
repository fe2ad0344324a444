"use strict";

// The rows of a chart, from the segments that build.py packed.

// The numbers of a chart's columns at each of its points, summed over the wanted segments.
function numbersOf(chart, values) {
  const found = chart.rows === "of_all" ? chart.segments : chart.segments.filter(({ of, days }) =>
    (days === undefined || days === period().days) && isWanted(of, values, chart.totals));
  return chart.sum.map((_, place) => chart.points.map((_, at) =>
    found.reduce((total, { numbers }) => total + numbers[place][at], 0)));
}

// How many days of the period have had the weekday's hour, up to the clock.
function daysWith(weekday, hour) {
  const { days, last_day: last } = period();
  const clock = dateOf(last);
  let found = 0;
  for (let back = 0; back < days; back += 1) {
    const day = new Date(clock - back * DAY);
    if ((day.getUTCDay() || 7) === weekday && (back || hour <= board.periods.last_hour)) found += 1;
  }
  return found;
}

// Whether a week, so many weeks after another, can have no more sessions.
const isWeekOver = (week, later) => dateOf(week).getTime() + (7 * later + 7) * DAY <= dateOf(board.periods.complete_before).getTime();

function addColumns(rows, { columns }) {
  for (const { column, share_of: whole, ratio, days_with: with_, week_over: week } of columns) {
    const total = whole && rows.reduce((sofar, row) => sofar + row[whole], 0);
    for (const row of rows) {
      if (week) row[column] = isWeekOver(...week.map((name) => row[name]));
      if (with_) row[column] = daysWith(...with_.map((name) => row[name]));
      if (whole) row[column] = total ? row[whole] / total : 0;
      if (ratio) row[column] = row[ratio[1]] ? row[ratio[0]] / row[ratio[1]] : null;
    }
  }
  return rows;
}

// One row for each point of the period, with the numbers of the same point in the period before.
function rowsOfPart(chart, part) {
  const values = wanted(part);
  const numbers = numbersOf(chart, values);
  const { days } = period();
  const isPerDay = chart.rows === "of_days";
  const first = isPerDay ? chart.points.length - days : 0;
  return chart.points.slice(first).map((point, at) => {
    const row = { part: part.name, part_order: part.order, of: values };
    chart.by.forEach((name, place) => { row[name] = point[place]; });
    chart.sum.forEach((name, place) => { row[name] = numbers[place][first + at]; });
    if (isPerDay) row.is_weekend = weekdayOf(row.day) > 5;
    for (const { column, before } of chart.columns.filter((known) => known.before)) {
      row[column] = comparable() ? numbers[chart.sum.indexOf(before)][first - days + at] : null;
    }
    return row;
  });
}

// The values with the largest numbers, largest first, and one row for all others.
function mostOf(rows, { sum, most }) {
  const { column, of, count: shown, rest } = most;
  const totalOf = (row) => of.reduce((total, name) => total + row[name], 0);
  const used = rows.filter((row) => sum.some((name) => row[name]));
  const ordered = used.filter((row) => row[column] !== null).sort((one, other) => totalOf(other) - totalOf(one));
  const others = [...ordered.splice(shown), ...used.filter((row) => row[column] === null)];
  if (!others.length) return ordered;
  const sums = sum.map((name) => [name, others.reduce((total, row) => total + row[name], 0)]);
  return [...ordered, { ...others[0], [column]: rest, ...Object.fromEntries(sums) }];
}

// Users of several values do not add up: no part of them is all others.
const partsFor = ({ split, totals }, parts) => {
  if (!split) return [{ order: 0, name: null }];
  return totals ? parts.filter(({ values }) => !values || values.length === 1) : parts;
};

function rowsOf(chart, parts) {
  const found = partsFor(chart, parts).map((part) => rowsOfPart(chart, part));
  // by point, and within it by part
  const inOrder = found[0].flatMap((_, at) => found.map((rows) => rows[at]));
  const rows = addColumns(chart.most ? mostOf(inOrder, chart) : inOrder, chart);
  for (const row of rows) {
    for (const { column, format } of chart.columns) row[`${column}_text`] = textOf(row[column], format);
    row.part_text = row.part ?? "";
    row.unfinished = row.is_complete_day === false || row.is_complete_week === false ? "not over yet" : null;
    row.unfinished_text = row.unfinished;
  }
  return rows;
}

// The columns of a chart's table: with a split, the part stands after the first one.
function columnsOf({ columns, split }) {
  const choice = split && choices.find(({ name }) => name === chosenOf("split").value);
  const part = choice ? [{ column: "part", title: choice.label, format: "text" }] : [];
  return [columns[0], ...part, ...columns.slice(1).filter(({ before }) => !before || comparable())];
}

// The rows, after what was chosen.
function csvOf(columns, rows) {
  const cell = (value) => {
    // a spreadsheet would take a text that begins like this for a formula
    const text = typeof value === "string" && /^[=+@\t\r-]/.test(value) ? `'${value}` : String(value ?? "");
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const told = offered().filter(({ name }) => name !== "split");
  const header = [...told.map(({ name }) => name), ...columns.map(({ column }) => column)];
  const lines = rows.map((row) => [...told.map(({ chosen }) => chosen.key || chosen.text), ...columns.map(({ column }) => row[column])]);
  return [header, ...lines].map((values) => `${values.map(cell).join(",")}\r\n`).join("");
}
