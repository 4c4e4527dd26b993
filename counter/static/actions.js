// What can be done now, and doing it: one command a press, one at a time, never unseen.

import { pick, say } from "/static/js/words.js";
import { at, caughtUp, state, write } from "./screen.js";
import { hush, tell, tellOffline, tellRefusal } from "./told.js";

const SETTLE = 450; // ms: the second half of a double press is not a second command
const A_MOMENT = 100; // ms: an answer within it needs no sign of waiting
const buttons = [...document.querySelectorAll("[data-action]")];
let settled = 0;
let last = "";

/** The one big button: [command, word, note] for the state of the counter. */
export function primary() {
  const { counter, current, queue } = state.picture;
  if (!counter) return ["issue", "issue", say("issue_note")];
  if (counter.state === "break") return ["back", "back", say("back_note")];
  if (current?.state === "called") return ["start", "start", say("start_note", { number: current.number })];
  if (current) return ["finish", "finish", say("finish_note")];
  const next = queue[0];
  return next ? ["call_next", "call_next", `${next.number} · ${pick(next.service)}`] : [null, "call_next", say("nobody")];
}

/** Which of the smaller actions the table of moves may allow now (the server decides). */
function available() {
  const { counter, current, waiting, parked } = state.picture;
  const called = current?.state === "called";
  const serving = current?.state === "serving";
  const here = Boolean(current);
  return {
    primary: primary()[0] !== null,
    filed: serving,
    recall: called,
    no_show: called,
    recycle: called,
    park: serving,
    resume: counter?.state === "open" && !here && parked.length > 0,
    transfer: here,
    note: here,
    reprint: here,
    choose: waiting > 0,
    issue: true,
    break: Boolean(counter) && !here,
    leave: !here,
  };
}

export function drawActions() {
  if (!state.picture) return;
  const [, word, note] = primary();
  write(at("primary-word"), say(word));
  write(at("primary-note"), note);
  const onBreak = state.picture.counter?.state === "break";
  write(document.querySelector("[data-action=break] > span"), say(onBreak ? "back" : "pause"));
  const can = available();
  for (const button of buttons) {
    button.disabled = false;
    button.setAttribute("aria-disabled", !state.online || !can[button.dataset.action]);
  }
}

export function startActions(doers) {
  for (const button of buttons) button.addEventListener("click", () => press(button.dataset.action, doers));
}

/** A press of a button, or of its key. A second click may land on another button; another key is another wish. */
export function press(action, doers, byKey = false) {
  const button = buttons.find((one) => one.dataset.action === action);
  if (!button || at("desk").hidden) return;
  if (!state.online) return tellOffline();
  if (state.busy) return;
  if (performance.now() < settled && !(byKey && action !== last)) return;
  if (button.getAttribute("aria-disabled") === "true") return;
  last = action;
  doers[action]();
}

/** Sends one command; resolves with the answer, or null when it was refused (and said so). */
export async function send(name, params, { quiet = false } = {}) {
  if (!state.online) return tellOffline() ?? null;
  if (state.busy) return null;
  const sent = state.live.command(name, params);
  state.busy = state.unanswered = true;
  at("desk").dataset.busy = ""; // no style hangs on it: nothing is drawn
  const waiting = setTimeout(wait, A_MOMENT); // nothing is drawn while the call is on its way: the hall waits for it
  try {
    const answer = await sent.finally(() => (state.unanswered = false));
    hush();
    if (!quiet) sayDone(name, answer);
    await caughtUp(answer.seq);
    return answer;
  } catch (refusal) {
    tellRefusal(refusal);
    return null;
  } finally {
    clearTimeout(waiting);
    settled = performance.now() + SETTLE;
    state.busy = false;
    at("desk").removeAttribute("aria-busy");
    delete at("desk").dataset.busy;
  }
}

function sayDone(name, answer) {
  const key = `done_${name === "call_next" ? "call" : name}`;
  const number = answer.ticket?.number || answer.job?.number;
  if (number && say(key) !== key) tell("good", say(key, { number }));
}

/** A new seat: the next key is not the second half of a press at the last one. */
export function forget() {
  last = "";
}

function wait() {
  at("desk").setAttribute("aria-busy", "true");
  if (state.online && state.unanswered) hush(); // else the picture is waited for, and what was just said stays
}
