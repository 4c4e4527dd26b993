// The three lists: rows of fixed height that are filled, never rebuilt under the officer's finger.

import { icon } from "/static/js/icons.js";
import { minutes, pick, say } from "/static/js/words.js";
import { at, elapsed, state, write } from "./screen.js";

const EMPTY = { queue: "none_waiting", parked: "none_parked", missed: "none_missed" };
const tabs = [...document.querySelectorAll("[role=tab]")];
let shown = "queue";
let open = () => {};

export function startQueue(onOpen) {
  open = onOpen;
  for (const tab of tabs) {
    tab.addEventListener("click", () => show(tab.dataset.list));
    tab.addEventListener("keydown", walkTabs);
  }
  at("rows").addEventListener("keydown", walkRows);
}

export function show(list) {
  shown = list;
  for (const tab of tabs) {
    const chosen = tab.dataset.list === list;
    tab.setAttribute("aria-selected", chosen);
    tab.tabIndex = chosen ? 0 : -1;
  }
  at("rows").setAttribute("aria-labelledby", `tab-${list}`);
  at("rows").replaceChildren();
  drawQueue();
}

/** Puts the focus on the first row of a list; false when it is empty. */
export function enter(list) {
  show(list);
  const first = at("rows").querySelector("button");
  first?.focus();
  return Boolean(first);
}

export function drawQueue() {
  const picture = state.picture;
  if (!picture) return;
  const counts = { queue: picture.waiting, parked: picture.parked.length, missed: picture.missed.length };
  for (const [list, count] of Object.entries(counts)) write(document.querySelector(`[data-count=${list}]`), String(count));
  drawRows(picture[shown]);
  write(at("elsewhere"), below(picture));
}

function below(picture) {
  const hidden = shown === "queue" ? picture.waiting - picture.queue.length : 0;
  if (hidden > 0) return say("more", { n: hidden });
  return shown === "queue" && picture.waiting_elsewhere ? say("elsewhere", { n: picture.waiting_elsewhere }) : "";
}

function drawRows(tickets) {
  const rows = at("rows");
  const kept = new Map([...rows.querySelectorAll("button")].map((row) => [row.dataset.id, row]));
  if (!tickets.length) return drawEmpty(rows);
  rows.querySelector(".empty")?.remove();
  tickets.forEach((ticket, index) => {
    const id = String(ticket.id);
    const row = kept.get(id) || makeRow(id);
    kept.delete(id);
    fillRow(row, ticket);
    if (rows.children[index] !== row) rows.insertBefore(row, rows.children[index] || null);
  });
  for (const gone of kept.values()) gone.remove();
}

function drawEmpty(rows) {
  const line = document.createElement("p");
  line.className = "empty";
  line.append(icon(shown === "queue" ? "users-round" : "circle"), say(EMPTY[shown]));
  if (rows.querySelector(".empty")?.textContent !== line.textContent) rows.replaceChildren(line);
}

function makeRow(id) {
  const row = document.createElement("button");
  row.type = "button";
  row.className = "ticket-row";
  row.dataset.id = id;
  for (const part of ["row-number figures", "row-service", "row-wait figures", "row-marks", "row-long"]) {
    const cell = document.createElement("span");
    cell.className = part;
    row.append(cell);
  }
  row.addEventListener("click", () => open(ticketOf(id), shown));
  return row;
}

const ticketOf = (id) => state.picture[shown].find((ticket) => String(ticket.id) === id);

function fillRow(row, ticket) {
  const [number, service, wait, marks, long] = row.children;
  const waited = minutes(ticket.waiting_ms + (ticket.state === "waiting" ? elapsed() : 0));
  write(number, ticket.number);
  write(service, pick(ticket.service));
  write(wait, say("minutes", { n: waited }));
  const late = ticket.state === "waiting" && waited >= state.picture.long_wait_minutes;
  drawMarks(long, late ? [["badge now", "clock-alert", say("long")]] : []);
  drawMarks(marks, marksOf(ticket));
}

function marksOf(ticket) {
  const found = [];
  if (ticket.priority) found.push(["badge priority", "star", say("priority")]);
  if (ticket.for_me) found.push(["badge", "flag", say("for_me")]);
  if (ticket.note) found.push(["row-note", "message-square", ticket.note]);
  return found;
}

function drawMarks(cell, marks) {
  const key = JSON.stringify(marks);
  if (cell.dataset.key === key) return;
  cell.dataset.key = key;
  cell.replaceChildren(
    ...marks.map(([look, sign, word]) => {
      const mark = document.createElement("span");
      mark.className = look;
      mark.append(icon(sign), word);
      return mark;
    }),
  );
}

function walkRows(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const rows = [...at("rows").querySelectorAll("button")];
  if (!step || !rows.length) return;
  event.preventDefault();
  const next = rows.indexOf(document.activeElement) + step;
  rows[Math.min(Math.max(next, 0), rows.length - 1)].focus();
}

function walkTabs(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const next = tabs[(tabs.indexOf(event.target) + step + tabs.length) % tabs.length];
  show(next.dataset.list);
  next.focus();
}
