// Today, live (audience "office"); or an earlier day, from the page.

import { icon } from "/static/js/icons.js";
import { connect } from "/static/js/live.js";
import { clock, page, pick, say } from "/static/js/words.js";
import { count, wholeMinutes } from "./figures.js";
import { counterCells, drawPromise, drawServices, drawTimes, fill, rows } from "./tables.js";

const REFRESH = 30000; // waits grow without an event
const FIGURES = ["issued", "called", "serving", "parked", "filed", "no_show", "left", "waiting", "served"];
const at = (id) => document.getElementById(id);
let live = null;
let picture = null;
let since = null;

if (page.live) start();
else drawDay(page.picture);

function start() {
  live = connect({ audience: "office", onSnapshot: drawToday, onState: linkChanged, onLeave: () => location.reload() });
  setInterval(() => live.look(), REFRESH);
}

function drawDay(one) {
  for (const name of FIGURES) fill(name, count(one.figures[name]));
  drawPromise(one);
  drawServices(one);
  drawTimes(one);
  if (!page.live) rows("by-counter", one.by_counter.map((counter) => [pick(counter.name), ...counterCells(counter)]));
}

function drawToday(one) {
  picture = one;
  drawDay(one);
  drawFirstLine(one);
  drawCounters(one);
  drawAlerts(one.alerts);
  drawPaper(one.print_queue);
}

function drawFirstLine({ figures, normal }) {
  const wait = figures.longest_wait_ms;
  fill("waiting", say("people", { n: figures.waiting }));
  fill("longest", wait === null ? say("nobody") : wholeMinutes(wait));
  fill("served", say("people", { n: figures.served }));
  const usual = (value) => (normal ? say("normal", { value, n: normal.days }) : say("no_normal"));
  fill("waiting-note", usual(normal && count(normal.waiting)));
  fill("longest-note", usual(normal && wholeMinutes(normal.longest_wait_ms)));
  fill("served-note", usual(normal && count(normal.served)));
}

function drawCounters({ counters, by_counter: measured }) {
  const figures = new Map(measured.map((one) => [one.id, one]));
  const lines = counters.map((one) => [
    pick(one.name), one.officer || "-", say(`state_${one.state}`),
    one.visit ? `${one.visit.number} ${say(`state_${one.visit.state}`).toLowerCase()}` : "-",
    ...counterCells(figures.get(one.id)), freeButton(one),
  ]);
  rows("by-counter", lines, 2);
}

function freeButton(counter) {
  if (counter.state === "closed") return "";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.dataset.key = `free ${counter.id}`;
  button.textContent = say("free_counter");
  button.setAttribute("aria-label", `${say("free_counter")}: ${pick(counter.name)}`);
  button.addEventListener("click", () => askFree(counter));
  return button;
}

function askFree(counter) {
  const dialog = at("free-dialog");
  const name = pick(counter.name);
  at("free-title").textContent = say("free_title", { counter: name });
  dialog.returnValue = "";
  dialog.onclose = () => dialog.returnValue === "yes" && send("free", { counter_id: counter.id }, say("freed", { counter: name }));
  dialog.showModal();
}

function drawAlerts(alerts) {
  const box = at("alerts");
  const key = JSON.stringify(alerts);
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  box.replaceChildren(...(alerts.length ? alerts.map(alertLine) : [quietLine(say("no_alerts"))]));
}

function alertLine(alert) {
  const box = document.createElement("div");
  box.className = `notice ${alert.severity}`;
  const line = document.createElement("p");
  const word = document.createElement("strong");
  word.textContent = say(`alert_${alert.severity}`);
  line.append(word, ` ${pick(alert.text)}`);
  box.append(icon(alert.severity === "wrong" ? "triangle-alert" : "clock-alert"), line);
  return box;
}

function quietLine(text, tag = "p") {
  const line = document.createElement(tag);
  line.className = "quiet-line";
  line.append(icon("circle-check"), text);
  return line;
}

function drawPaper(jobs) {
  const list = at("paper");
  const key = JSON.stringify(jobs);
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.replaceChildren(...(jobs.length ? jobs.map(paperLine) : [quietLine(say("paper_good"), "li")]));
}

function paperLine(job) {
  const line = document.createElement("li");
  const words = document.createElement("span");
  const number = document.createElement("strong");
  number.textContent = job.number;
  const reason = say(`printer_${job.detail}`);
  const told = [say("issued_at", { time: clock(job.at, picture.office.timezone) }), reason.startsWith("printer_") ? "" : reason];
  words.append(number, document.createElement("br"), told.filter(Boolean).join(", "));
  const button = document.createElement("button");
  button.className = "button";
  button.append(icon("printer"), say("reprint"));
  button.setAttribute("aria-label", `${say("reprint")}: ${job.number}`);
  button.addEventListener("click", () => send("reprint", { ticket_id: job.ticket_id }, say("reprinted", { number: job.number })));
  line.append(words, button);
  return line;
}

let sending = false;

async function send(name, params, done) {
  if (sending) return;
  sending = true;
  try {
    await live.command(name, params);
    tell(done);
  } catch (refusal) {
    tell(refusal.code === "offline" ? say("not_sent", { time: lastKnown() }) : refusal.message);
  } finally {
    sending = false;
  }
}

function tell(text) {
  at("told").textContent = text;
}

const lastKnown = () => (since && picture ? clock(since, picture.office.timezone) : "-");

function linkChanged(state) {
  since = state.since ?? since;
  document.body.classList.toggle("offline", !state.online);
  document.body.classList.toggle("stale", !state.online && Boolean(picture));
  at("link-word").textContent = state.online ? say("online") : picture ? say("stale", { time: lastKnown() }) : say("offline_short");
}
