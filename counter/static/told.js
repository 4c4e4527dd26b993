// What the desk says back: one line near the actions, of a size that never changes.

import { icon } from "/static/js/icons.js";
import { clock, say } from "/static/js/words.js";
import { at, state, zone } from "./screen.js";

const SIGNS = { good: "circle-check", wrong: "triangle-alert", now: "clock-alert", info: "info" };
let clearing = null;

export function tell(kind, text) {
  clearTimeout(clearing);
  const box = document.createElement("div");
  box.className = `notice ${kind}`;
  const line = document.createElement("p");
  line.textContent = text;
  box.append(icon(SIGNS[kind]), line);
  place().replaceChildren(box);
  if (kind === "good") clearing = setTimeout(hush, 6000);
}

export function hush() {
  clearTimeout(clearing);
  for (const id of ["told", "told-choose"]) at(id).replaceChildren();
}

export function tellOffline(pressed) {
  tell("wrong", say(pressed ? "offline" : "offline_idle", { time: state.since ? clock(state.since, zone()) : "-" }));
}

export function tellRefusal(refusal) {
  if (refusal.code !== "offline") return tell("wrong", refusal.message || refusal.code);
  if (refusal.sent) return tell("wrong", say("offline_unknown"));
  tellOffline(true);
}

function place() {
  return at(at("choose").hidden ? "told" : "told-choose");
}
