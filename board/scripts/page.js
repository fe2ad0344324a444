"use strict";

// Reads what build.py packed, and draws the page, again after each choice.

let board;
let charts;

// How many charts are drawn before the page is shown: more are not in view on a large screen.
const IN_VIEW = 4;

async function draw() {
  readAddress();
  showChoices();
  drawPeriod();
  drawFigures();
  const address = addressOf();
  const parts = partsOf((part) => figureOf(figureRow("current", part), { column: "session_count" }));
  showCharts(charts.slice(0, IN_VIEW), parts);
  await new Promise((resolve) => { requestAnimationFrame(() => setTimeout(resolve)); });
  if (addressOf() !== address) return; // another choice is drawn
  showCharts(charts.slice(IN_VIEW), parts);
  document.body.dataset.drawn = address;
}

function showCharts(some, parts) {
  for (const chart of some) chart.show(parts);
  drawCharts(some);
}

// All widths are read before the first drawing changes the page: to read one lays the page out.
function drawCharts(some) {
  const widths = some.map((chart) => chart.width());
  some.forEach((chart, at) => chart.draw(widths[at]));
}

// Half a page of A4 in pixels: its texts are as large as those beside them.
const PAPER_WIDTH = 304;

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
  drawChoices();
  charts = board.charts.map(makeChart);
  addEventListener("hashchange", draw);
  await draw();
  addEventListener("resize", () => drawCharts(charts));
  addEventListener("beforeprint", () => charts.forEach((chart) => chart.draw(PAPER_WIDTH)));
  addEventListener("afterprint", () => drawCharts(charts));
}

if (find("stale")) warnOfOldData(find("stale"));
if (find("charts")) {
  start().catch((error) => {
    const notice = `Something is missing here: ${error.message}. A browser of 2023 or later draws the board.`;
    find("charts").before(made("p", notice, { className: "notice" }));
  });
}
