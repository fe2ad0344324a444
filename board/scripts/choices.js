"use strict";

// What is chosen: the period, a value of each filter, and the split. The address tells it, such as
// #days=90&platform=iOS&split=app_id: a control writes it there, and the page draws what it says.

const PARTS = 6;
let choices;

// An option's key stands in the address; the first option of a filter and of the split has none.
const option = (key, text, value) => ({ key, text, value });

function choicesOf({ periods, filters, values }) {
  const days = periods.all.map((period) => option(String(period.days), period.days === 1 ? "1 day" : `${period.days} days`, period));
  const found = [{
    name: "days", label: "Period", options: days, first: days.find(({ value }) => value.days === periods.first),
  }];
  filters.forEach((filter, at) => {
    const all = option("", filter.all);
    const names = values[at].map((value) => {
      const name = valueName(filter, value);
      return option(name, name, value);
    });
    found.push({ name: filter.column, label: filter.label, options: [all, ...names], first: all });
  });
  const none = option("", "No split");
  const columns = filters.filter((_, at) => values[at].length > 1).map(({ column, label }) => option(column, `By ${label.toLowerCase()}`, column));
  found.push({ name: "split", label: "Split", options: [none, ...columns], first: none });
  return found.map((choice) => ({ ...choice, chosen: choice.first }));
}

// A text that might be taken for another, or not be seen, stands in quotes.
const valueName = ({ all, none }, value) => {
  if (value === null) return none;
  return value.trim() !== value || ["", all, none].includes(value) ? `\u201c${value}\u201d` : value;
};

const chosenOf = (name) => choices.find((choice) => choice.name === name).chosen;
const period = () => chosenOf("days").value;
const isFilter = ({ name }) => name !== "days" && name !== "split";

// A choice of one app, or of one platform, is none.
const offered = () => choices.filter((choice) => choice.options.length > (isFilter(choice) ? 2 : 1));

function addressOf() {
  const keys = choices.filter(({ name, chosen }) => name === "days" || chosen.key).map(({ name, chosen }) => [name, chosen.key]);
  return String(new URLSearchParams(keys));
}

function readAddress() {
  const keys = new URLSearchParams(location.hash.slice(1));
  for (const choice of choices) {
    choice.chosen = choice.options.find(({ key }) => key === keys.get(choice.name)) ?? choice.first;
  }
}

// Puts a choice into the address: the page draws what that says.
function choose(choice, chosen) {
  choice.chosen = chosen;
  location.hash = addressOf();
}

// The periods stand beside each other, all to be seen.
function madePeriods(choice) {
  const group = made("fieldset");
  group.append(made("legend", choice.label), ...choice.options.map((one) => {
    const label = made("label");
    const button = made("input", undefined, { type: "radio", name: choice.name, value: one.key });
    button.addEventListener("change", () => choose(choice, one));
    label.append(button, made("span", one.text));
    return label;
  }));
  return group;
}

function madeSelect(choice) {
  const select = made("select", undefined, { name: choice.name });
  select.append(...choice.options.map(({ key, text }) => new Option(text, key)));
  select.addEventListener("change", () => choose(choice, choice.options[select.selectedIndex]));
  const label = made("label", choice.label);
  label.append(select);
  return label;
}

function drawChoices() {
  find("choices").append(...offered().map((choice) => (choice.name === "days" ? madePeriods : madeSelect)(choice)));
}

function showChoices() {
  for (const { name, chosen } of offered()) find("choices").elements[name].value = chosen.key;
  const filters = offered().filter(isFilter).map(({ chosen }) => ` \u00b7 ${chosen.text}`);
  find("chosen").textContent = filters.join("") + (chosenOf("split").value ? ` \u00b7 ${chosenOf("split").text}` : "");
}

// Which values of each filter are wanted; undefined is all of them.
function wanted(part = {}) {
  return choices.filter(isFilter).map(({ name, chosen }) => {
    if (part.column === name) return part.values;
    return chosen.value === undefined ? undefined : [chosen.value];
  });
}

// Whether a segment is wanted; one of a mart with rows of totals names the total of each filter.
const isWanted = (segment, values, totals) => values.every((some, at) => {
  const isTotal = totals && segment[values.length + at];
  return some ? !isTotal && some.includes(segment[at]) : isTotal || !totals;
});

// The parts that the split makes of what is chosen: those with most sessions, and all others.
function partsOf(sessionsOf) {
  const column = chosenOf("split").value;
  if (!column) return [{ order: 0, name: null }];
  const choice = choices.find(({ name }) => name === column);
  const options = choice.chosen.value === undefined ? choice.options.slice(1) : [choice.chosen];
  const parts = options.map(({ text, value }) => ({ column, name: text, values: [value] }));
  const sessions = new Map(parts.map((part) => [part, sessionsOf(part)]));
  parts.sort((one, other) => sessions.get(other) - sessions.get(one));
  const others = parts.splice(PARTS);
  if (others.length) parts.push({ column, name: `Others (${others.length})`, values: others.flatMap(({ values }) => values) });
  return parts.map((part, order) => ({ ...part, order }));
}
