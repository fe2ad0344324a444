"use strict";

// The sessions behind a day or a bucket, if build.py has packed them.

const SESSION = ["day", "bucket_order", "of", "user", "started", "seconds", "events", "steps"];
let unpackedSessions; // at first use

const hasSessions = (chart) => Boolean(chart.sessions_by && find("session-data"));

async function readSessions() {
  const { longest, names, rows } = await unpacked(find("session-data").textContent);
  const sessions = rows.map((row) => Object.fromEntries(SESSION.map((name, at) => [name, row[at]])));
  return { longest, names, sessions };
}

// Those of what is chosen, in the order of their length.
const sessionsOf = ({ sessions }, column, row) => sessions.filter((session) =>
  session[column] === row[column] && session.day >= period().first_day && isWanted(session.of, row.of));

// The events of a session under its line; a second time, none.
function toggleEvents(line, { steps }, names) {
  const opened = line.nextElementSibling?.classList.contains("steps");
  line.querySelector("button").ariaExpanded = String(!opened);
  if (opened) {
    line.nextElementSibling.remove();
    return;
  }
  const list = made("ol");
  for (let at = 0; at < steps.length; at += 2) {
    const event = made("li");
    event.append(made("span", duration(steps[at + 1]), { className: "note" }), ` ${names[steps[at]]}`);
    list.append(event);
  }
  const cell = made("td", undefined, { colSpan: 4 });
  cell.append(list);
  const under = made("tr", undefined, { className: "steps" });
  under.append(cell);
  line.after(under);
}

function sessionLine(session, names) {
  const line = made("tr");
  const events = made("td", undefined, { className: "number" });
  if (session.steps) {
    const button = made("button", count(session.events), { type: "button", ariaExpanded: "false" });
    button.addEventListener("click", () => toggleEvents(line, session, names));
    events.append(button);
  } else {
    events.textContent = count(session.events);
  }
  line.append(
    made("td", session.user), made("td", session.started),
    made("td", duration(session.seconds), { className: "number" }), events,
  );
  return line;
}

// Shows the longest sessions of a row of a chart, in a window of its own.
async function showSessions(chart, row) {
  unpackedSessions ??= readSessions();
  const all = await unpackedSessions;
  const found = sessionsOf(all, chart.sessions_by, row);
  const shown = found.slice(0, all.longest);
  const of = row[`${chart.columns[0].column}_text`] + (row.part ? `, ${row.part}` : "");
  // of each part the page holds no more than so many: if there are fewer, there are no others
  const which = found.length < all.longest ? `All ${count(found.length)}` : `The ${count(all.longest)} longest`;
  find("sessions").querySelector("h2").textContent = `Sessions: ${of}`;
  find("sessions").querySelector("p").textContent = `${which}, the longest first.`
    + (shown.some(({ steps }) => !steps) ? " The page has no room for the events of some of them." : "");
  find("sessions").querySelector("tbody").replaceChildren(...shown.map((session) => sessionLine(session, all.names)));
  find("sessions").showModal();
}
