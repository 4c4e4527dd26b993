// The visit at the counter: number, service, stopwatch against the promised time, note, history.

import { clock, minutes, pick, say, stopwatch } from "/static/js/words.js";
import { at, elapsed, state, write, zone } from "./screen.js";

const NEAR = 0.8; // of the promised time
const LONGEST_BAR = 480; // minutes; a promise of days has no bar
const BADGE = { called: "now", serving: "good" };

export function drawVisit() {
  const { picture } = state;
  const visit = picture.current;
  at("desk").classList.toggle("has-visit", Boolean(visit));
  const badge = at("visit-state");
  badge.hidden = !visit;
  if (visit) {
    badge.className = `badge ${BADGE[visit.state] || ""}`;
    write(badge, say(`state_${visit.state}`));
  }
  write(at("visit-number"), visit ? visit.number : "\u00a0");
  write(at("visit-service"), visit ? pick(visit.service) : nobody(picture));
  write(at("visit-facts"), visit ? facts(visit) : waitingWords(picture));
  write(at("visit-note"), visit ? visit.note || say("no_note") : "");
  drawHistory(visit ? visit.history : []);
  tickVisit();
}

function nobody(picture) {
  if (!picture.counter) return say("desk_ready");
  return picture.counter.state === "break" ? say("on_break") : say("nobody_here");
}

function waitingWords(picture) {
  if (!picture.counter) return say("desk_help");
  return picture.waiting ? say("waiting_for_you", { n: picture.waiting }) : say("nobody");
}

function facts(visit) {
  const parts = [say("waited", { time: say("minutes", { n: minutes(visit.waiting_ms) }) })];
  parts.push(say("called_times", { n: visit.calls }));
  if (visit.priority) parts.unshift(say("priority"));
  return parts.join(" · ");
}

/** Once a second: the stopwatch, and amber when the promised time is near. */
export function tickVisit() {
  const visit = state.picture?.current;
  if (!visit) return drawPromise("\u00a0", "", 0, "");
  if (visit.state !== "serving") return drawPromise(stopwatch(visit.called_ms + elapsed()), say("since_call"), 0, "");
  const ran = visit.serving_ms + elapsed();
  const promised = visit.promised_minutes;
  const note = promised ? say("of_promise", { time: duration(promised) }) : say("no_promise");
  const ratio = promised && promised <= LONGEST_BAR ? ran / (promised * 60000) : 0;
  drawPromise(stopwatch(ran), note, ratio, ratio >= 1 ? "over" : ratio >= NEAR ? "near" : "");
}

function drawPromise(time, note, ratio, word) {
  write(at("stopwatch"), time);
  write(at("stopwatch-note"), note);
  at("desk").classList.toggle("no-bar", !ratio);
  at("track").style.width = `${Math.min(100, ratio * 100)}%`;
  at("desk").dataset.promise = word;
  write(at("promise-word"), word ? say(word) : "");
}

/** Minutes as an office says them: "45 minutes", "3 hours", "6 days". */
export function duration(promised) {
  if (promised % 1440 === 0) return say("days", { n: promised / 1440 });
  if (promised > 120 && promised % 60 === 0) return say("hours", { n: promised / 60 });
  return say("minutes", { n: promised });
}

function drawHistory(lines) {
  const list = at("history");
  const key = JSON.stringify(lines);
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.replaceChildren(...lines.map(historyLine));
}

function historyLine(line) {
  const item = document.createElement("li");
  const time = document.createElement("span");
  time.className = "figures";
  time.textContent = clock(line.at, zone());
  const what = document.createElement("span");
  const place = line.move === "transfer" ? line.service : line.counter || (line.move === "issue" && line.service);
  what.textContent = [say(`move_${line.move}`), place ? pick(place) : "", line.note].filter(Boolean).join(" · ");
  item.append(time, what);
  return item;
}
