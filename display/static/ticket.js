// The ticket's page: polls the ticket's state, puts the server's sentences into the page, rings at the turn.

import { post, requestId } from "/static/js/http.js";
import { clock, page, pick, say } from "/static/js/words.js";
import { makeRing } from "./ring.js";

const $ = (id) => document.getElementById(id);
const POLL = 3000;
const POLL_HIDDEN = 15000; // also for tickets that have ended: a no-show may still be put back into the queue
const SLOWEST = 30000;
const TIMEOUT = 8000;
const ENDED = ["served", "no_show", "cancelled", "removed", "expired"];
const BEFORE_THE_CALL = ["waiting", "booked", "parked"];

let state = page.state;
let etag = "";
let failures = 0;
let timer = null;
let asking = false;
let heard = page.now;
let behind = page.now - Date.now(); // the server's clock minus ours: labels are told in the server's time
let rung = state.state === "called" ? "" : key(state);

const ring = makeRing((on) => {
  $("sound").setAttribute("aria-pressed", on);
  $("sound-words").textContent = say(on ? "sound_on" : "sound_off");
});
$("sound").addEventListener("click", () => ring.toggle());

function key(ticket) {
  return `${ticket.state}:${ticket.calls}`; // a recall rings again, a reload of the same call too, a poll does not
}

async function poll() {
  clearTimeout(timer);
  if (asking) return;
  asking = true;
  try {
    const headers = { Accept: "application/json", ...(etag && { "If-None-Match": etag }) };
    const response = await fetch(page.urls.state, { headers, cache: "no-store", signal: AbortSignal.timeout(TIMEOUT) });
    if (response.status !== 304) {
      if (!response.ok) throw new Error(String(response.status));
      state = await response.json();
      etag = response.headers.get("ETag") || "";
      render();
    }
    const date = Date.parse(response.headers.get("Date"));
    if (date) behind = date - Date.now();
    heard = Date.now() + behind;
    failures = 0;
    offline(false);
  } catch {
    failures += 1;
    offline(failures > 1 || !navigator.onLine); // one lost packet is no news
  }
  asking = false;
  plan();
}

function plan() {
  const pace = document.hidden || ENDED.includes(state.state) ? POLL_HIDDEN : POLL;
  const wait = failures ? Math.min(SLOWEST, 1500 * 2 ** Math.min(failures, 5)) : pace;
  clearTimeout(timer);
  timer = setTimeout(poll, wait * (0.9 + 0.2 * Math.random())); // a hall full of phones should not ask in step
}

function offline(yes) {
  document.body.classList.toggle("stale", yes);
  $("offline").hidden = !yes;
  if (yes) $("offline-words").textContent = say("offline", { time: clock(heard, state.office.timezone) });
}

function render() {
  const { words } = state;
  $("visit").dataset.tone = words.tone;
  $("visit").dataset.state = state.state;
  for (const name of ["headline", "text", "hint"]) {
    if ($(name).textContent !== words[name]) $(name).textContent = words[name];
  }
  document.title = `${state.number} · ${words.headline}`;
  $("hint").hidden = !words.hint;
  $("service").textContent = pick(state.service);
  $("survey").hidden = state.survey !== "open";
  const lines = pick(state.requirements).split("\n").map((line) => line.trim()).filter(Boolean);
  $("requirements").replaceChildren(...lines.map((line) => {
    const item = document.createElement("li");
    item.textContent = line;
    return item;
  }));
  $("bring").hidden = !lines.length || !BEFORE_THE_CALL.includes(state.state);
  $("code").hidden = ["cancelled", "removed", "expired"].includes(state.state);
  controls();
}

function controls() {
  const before = BEFORE_THE_CALL.includes(state.state);
  $("sound-row").hidden = !before;
  $("cancel-row").hidden = !(state.cancellable && before);
  if (!before && $("cancel-dialog").open) $("cancel-dialog").close();
  ring.stayAwake(before);
  if (state.state !== "called") rung = "";
  else if (rung !== key(state)) {
    rung = key(state);
    ring.ring();
  }
}

let request = null; // the id of the cancellation, kept until it is known to have worked
$("cancel").addEventListener("click", () => { $("cancel-error").hidden = true; $("cancel-dialog").showModal(); });
$("cancel-no").addEventListener("click", () => $("cancel-dialog").close());
$("cancel-yes").addEventListener("click", async () => {
  const button = $("cancel-yes");
  button.disabled = true;
  request ??= requestId();
  try {
    await post(page.urls.cancel, { request_id: request });
    request = null;
    $("cancel-dialog").close();
  } catch (refusal) {
    if (refusal.code !== "offline") request = null;
    $("cancel-error").textContent = refusal.code === "offline" ? say("cancel_failed") : refusal.message;
    $("cancel-error").hidden = false;
  }
  button.disabled = false;
  poll();
});

document.addEventListener("visibilitychange", () => { if (document.hidden) plan(); else poll(); });
addEventListener("online", poll);
addEventListener("offline", () => offline(true));
controls();
plan();
