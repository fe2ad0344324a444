"use strict";

// Reads what build.py packed, and draws the page, again after each choice.

let board;
let charts;

function draw() {
  readAddress();
  showChoices();
  drawPeriod();
  drawFigures();
  const parts = partsOf((part) => figureOf(figureRow("current", part), { column: "session_count" }));
  for (const chart of charts) chart.show(parts);
  drawCharts();
  document.body.dataset.drawn = addressOf();
}

// All widths are read before the first drawing changes the page: to read one lays the page out.
function drawCharts() {
  const widths = charts.map((chart) => chart.width());
  charts.forEach((chart, at) => chart.draw(widths[at]));
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
  draw();
  addEventListener("hashchange", draw);
  addEventListener("resize", drawCharts);
  addEventListener("beforeprint", () => charts.forEach((chart) => chart.draw(PAPER_WIDTH)));
  addEventListener("afterprint", drawCharts);
}

if (find("stale")) warnOfOldData(find("stale"));
if (find("charts")) {
  start().catch((error) => {
    const notice = `Something is missing here: ${error.message}. A browser of 2023 or later draws the board.`;
    find("charts").before(made("p", notice, { className: "notice" }));
  });
}
