"use strict";

// Elements of the page, and the texts of values.

const find = (id) => document.getElementById(id);
const made = (tag, text, attributes = {}) => {
  const element = Object.assign(document.createElement(tag), attributes);
  if (text !== undefined) element.textContent = text;
  return element;
};

// Numbers and days as in English. The browser's own formats cost a third of the time in which the
// page is there.
const count = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, ",");
const decimal = (value) => {
  const tenths = Math.round(Number(`${value < 1e-6 ? 0 : value}e1`)); // of the number as it is written
  return `${count(Math.floor(tenths / 10))}.${tenths % 10}`;
};
const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

// Days are texts such as 2026-03-04, which belong to no time zone.
const DAY = 86400000;
const dateOf = (day) => new Date(`${day}T00:00Z`);
const weekdayOf = (day) => dateOf(day).getUTCDay() || 7;
const shortWeekday = (weekday) => weekdays[weekday - 1].slice(0, 3);
const dayOfYear = (day) => `${Number(day.slice(8))} ${months[day.slice(5, 7) - 1]}`;
const dateText = (day) => `${dayOfYear(day)} ${day.slice(0, 4)}`;

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
  whole_percent: (value) => `${Math.round(100 * value)}%`,
  day: (value) => `${shortWeekday(weekdayOf(value))} ${dateText(value)}`,
  day_of_year: dayOfYear,
  weekday: (value) => weekdays[value - 1],
  short_weekday: shortWeekday,
  hour: (value) => `${value}:00`,
  up_to_ten: (value) => (value < 10 ? count(value) : "10 and more"),
  yes_or_no: (value) => (value ? "yes" : "no"),
};
const textOf = (value, format) => (value === null ? "\u2013" : formats[format](value));
const isText = (format) => ["text", "day", "weekday", "up_to_ten", "yes_or_no"].includes(format);
