"use strict";

// Elements of the page, and the texts of values.

const find = (id) => document.getElementById(id);
const made = (tag, text, attributes = {}) => {
  const element = Object.assign(document.createElement(tag), attributes);
  if (text !== undefined) element.textContent = text;
  return element;
};

const number = (digits) => {
  const format = new Intl.NumberFormat("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return (value) => format.format(value);
};
const count = number(0);
const decimal = number(1);
const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

// Days are texts such as 2026-03-04, which belong to no time zone.
const dateOf = (day) => new Date(`${day}T00:00Z`);
const weekdayOf = (day) => dateOf(day).getUTCDay() || 7;
const dayPart = (options) => {
  const format = new Intl.DateTimeFormat("en", { ...options, timeZone: "UTC" });
  return (day) => format.format(dateOf(day));
};
const dayParts = [{ weekday: "short" }, { day: "numeric" }, { month: "short" }, { year: "numeric" }].map(dayPart);
const dateText = (day) => dayParts.slice(1).map((part) => part(day)).join(" ");

// A number and its unit stay on one line.
const withUnit = (value, unit) => `${value}\u00a0${unit}`;

// Seconds in the two largest units that they fill, rounded down; from 100 hours in hours.
const duration = (value) => {
  const seconds = Math.floor(value);
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
