// What the desk says back: one line near the actions, of a size that never changes.

import { icon } from "/static/js/icons.js";
import { clock, say } from "/static/js/words.js";
import { at, state, zone } from "./screen.js";

const SIGNS = { good: "circle-check", wrong: "triangle-alert", now: "clock-alert", info: "info" };
const SHORT = 6000;
const A_MINUTE = 60000;
let clearing = null;
let unsure = false; // the line shown is about a command that may or may not have arrived

export function tell(kind, text) {
  clearTimeout(clearing);
  unsure = false;
  draw(kind, text);
  if (kind === "good") clearing = setTimeout(hush, SHORT);
}

function draw(kind, text) {
  const box = document.createElement("div");
  box.className = `notice ${kind}`;
  const line = document.createElement("p");
  line.textContent = text;
  box.append(icon(SIGNS[kind]), line);
  place().replaceChildren(box);
}

export function hush() {
  clearTimeout(clearing);
  unsure = false;
  for (const id of ["told", "told-choose"]) at(id).replaceChildren();
}

/** Somebody pressed something while the line is down. A doubt about the press before is said again, and stays. */
export function tellOffline() {
  if (unsure) return draw("wrong", say("offline_unknown"));
  tellDown(state.unanswered ? "offline_busy" : "offline");
}

/** The line went down: what that means for the command on its way, or for the next one. */
export function tellLost() {
  if (state.unanswered) tell("wrong", say("offline_unknown"));
  else if (!unsure) tellDown("offline_idle");
}

/** The line is back. A command whose fate is open keeps its sentence: "up to date" would hide that it may be lost. */
export function tellBack() {
  if (state.unanswered || unsure) return;
  if (place().querySelector(".wrong")) tell("good", say("again"));
}

export function tellRefusal(refusal) {
  if (refusal.code !== "offline") return tell("wrong", refusal.message || refusal.code);
  if (!refusal.sent) return tellOffline();
  tell("wrong", say("offline_unknown"));
  unsure = true;
  clearing = setTimeout(() => hush() ?? (state.online || tellLost()), A_MINUTE);
}

function tellDown(key) {
  tell("wrong", say(key, { time: state.since ? clock(state.since, zone()) : "-" }));
}

function place() {
  return at(at("choose").hidden ? "told" : "told-choose");
}
