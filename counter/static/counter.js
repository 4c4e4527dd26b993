// The officer's desk: connects, shows the right one of three faces (choose, desk, gone) and keeps it right.

import { icon } from "/static/js/icons.js";
import { connect } from "/static/js/live.js";
import { clock, page, pick, say } from "/static/js/words.js";
import { drawActions, forget, press, send, startActions } from "./actions.js";
import { chimeIfFirst, startChime } from "./chime.js";
import { drawCounters, drawGone } from "./choose.js";
import { ask } from "./dialogs.js";
import { keysOn, setKeys, startKeys } from "./keys.js";
import { doers, openTicket, startRows } from "./moves.js";
import { drawQueue, startQueue } from "./queue.js";
import { at, now, pictureArrived, state, write, zone } from "./screen.js";
import { tellBack, tellLost } from "./told.js";
import { drawServices } from "./services.js";
import { drawVisit, tickVisit } from "./visit.js";

const REFRESH = 30000; // what only time changes (a long wait) is fetched this often
const actions = doers(leave);
let leaving = false;

startQueue(openTicket);
startRows();
startActions(actions);
startKeys((action) => press(action, actions, true));
startChime();
at("no-counter")?.addEventListener("click", () => sit(null, true));
at("take-back").addEventListener("click", takeBack);
at("choose-again").addEventListener("click", () => sit(null));
at("open-options").addEventListener("click", openOptions);
// Closing gives the focus back to the link, where the next Space would open it again instead of serving.
at("options-dialog").addEventListener("close", () => at("open-options").blur());
at("open-alerts").addEventListener("click", () => at("alerts-dialog").showModal());
at("option-keys").addEventListener("change", (event) => setKeys(event.target.checked) ?? drawKeys());
setInterval(tick, 1000);
setInterval(() => state.live?.look(), REFRESH);
drawKeys();
sit(page.counter_id);

/** Connects for a counter (null: none), and shows the face that fits. */
function sit(counterId, desk = false) {
  state.live?.close();
  Object.assign(state, { counterId, desk, picture: null, online: false, left: false });
  const mine = connect({
    audience: "counter",
    ...(counterId ? { counter_id: counterId } : {}),
    onSnapshot: (picture) => mine === state.live && show(picture),
    onState: (link) => mine === state.live && linkChanged(link),
    onLeave: (reason) => mine === state.live && gone(reason),
  });
  state.live = mine;
}

function show(picture) {
  const before = state.picture;
  state.picture = picture;
  const working = state.desk || (picture.counter && picture.counter.seat === page.me.seat);
  if (state.counterId && !working) return leaving || gone({ code: "counter_moved" });
  face(working ? "desk" : "choose");
  drawPlace();
  drawStrip();
  if (working) drawDesk();
  else drawCounters(take);
  chimeIfFirst(before, picture);
  pictureArrived();
}

function drawDesk() {
  drawQueue();
  drawVisit();
  drawServices();
  drawActions();
}

function face(name) {
  for (const id of ["choose", "desk", "gone"]) at(id).hidden = id !== name;
}

async function take(counterId) {
  forget();
  const answer = await send("take", { counter_id: counterId });
  if (answer) sit(counterId);
}

function takeBack() {
  const wanted = state.counterId;
  sit(null);
  const waiting = setInterval(() => {
    if (!state.online) return;
    clearInterval(waiting);
    take(wanted);
  }, 100);
}

async function leave() {
  if (state.desk) return sit(null);
  if (!(await ask("leave-dialog"))) return;
  leaving = true; // our own picture without us is no surprise
  if (await send("leave", { counter_id: state.counterId }, { quiet: true })) sit(null);
  leaving = false;
}

function gone(reason) {
  const name = state.picture?.counter ? pick(state.picture.counter.name) : say("desk_ready");
  state.live.close();
  state.online = false;
  document.body.classList.remove("offline", "stale");
  for (const id of ["place-state", "link", "strip"]) at(id).hidden = true;
  drawGone(reason, name);
  document.querySelector("dialog[open]")?.close("");
  face("gone");
  at("gone-what").focus();
}

function linkChanged({ online, since }) {
  const lost = state.online && !online;
  Object.assign(state, { online, since: since ?? state.since });
  document.body.classList.toggle("offline", !online);
  document.body.classList.toggle("stale", !online && Boolean(state.picture));
  write(at("link-word"), say(online ? "online" : "offline_short"));
  if (lost) tellLost();
  else if (online) tellBack();
  drawActions();
}

function drawPlace() {
  at("link").hidden = at("strip").hidden = false;
  const { counter } = state.picture;
  write(at("place"), counter ? pick(counter.name) : say(state.desk ? "desk_ready" : "choose_title"));
  const badge = at("place-state");
  badge.hidden = !counter;
  if (!counter) return;
  badge.className = `badge ${counter.state === "open" ? "good" : "now"}`;
  write(badge, say(`state_${counter.state}`));
}

function drawStrip() {
  const { alerts, hall } = state.picture;
  const first = alerts[0];
  const sign = first ? (first.severity === "wrong" ? "triangle-alert" : "clock-alert") : "info";
  at("strip").className = `strip ${first?.severity || ""}`;
  at("strip-icon").replaceChildren(icon(sign));
  write(at("strip-text"), first ? `${say(`alert_${first.severity}`)}: ${pick(first.text)}` : hallWords(hall));
  at("open-alerts").hidden = alerts.length < 2;
  write(at("open-alerts"), say("alerts", { n: alerts.length }));
  at("alerts").replaceChildren(...alerts.map(alertLine));
}

function alertLine(alert) {
  const box = document.createElement("div");
  box.className = `notice ${alert.severity}`;
  const line = document.createElement("p");
  line.textContent = pick(alert.text);
  box.append(icon(alert.severity === "wrong" ? "triangle-alert" : "clock-alert"), line);
  return box;
}

function hallWords({ state: hall, until, reopens }) {
  if (hall === "closed") return reopens ? say("hall_reopens", { when: pick(reopens) }) : say("hall_closed");
  return say(`hall_${hall}`, { time: until });
}

function openOptions() {
  at("option-keys").checked = keysOn();
  at("options-dialog").showModal();
}

function drawKeys() {
  document.body.classList.toggle("no-keys", !keysOn());
}

function tick() {
  if (!state.picture) return;
  write(at("clock"), clock(now(), zone()));
  tickVisit();
  if (!at("desk").hidden) drawQueue();
}

