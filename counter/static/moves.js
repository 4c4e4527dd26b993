// What each button and each row does: asks what it must, then sends one command.

import { minutes, pick, say } from "/static/js/words.js";
import { primary, send } from "./actions.js";
import * as dialogs from "./dialogs.js";
import { enter } from "./queue.js";
import { at, elapsed, state } from "./screen.js";

const here = () => ({ counter_id: state.counterId });
const current = () => state.picture.current;

/** Action of a button -> what it does. `leave` ends at the list of counters. */
export function doers(leave) {
  return {
    primary: () => doPrimary(),
    filed: () => send("finish", { ...here(), outcome: "filed" }),
    recall: () => send("recall", here()),
    no_show: () => send("no_show", here()),
    recycle: () => send("recycle", { ticket_id: current().id }),
    park: () => park(),
    resume: () => resume(),
    transfer: () => transfer(current()),
    note: () => note(current()),
    reprint: () => send("reprint", { ticket_id: current().id }),
    choose: () => enter("queue"),
    issue: () => issue(),
    break: () => pause(),
    leave,
  };
}

function doPrimary() {
  const [command] = primary();
  if (command === "issue") return issue();
  if (command === "finish") return send("finish", { ...here(), outcome: "delivered" });
  return send(command, here());
}

async function park() {
  const ticket = current();
  const filled = await dialogs.askNote(ticket, "park_title", "park");
  if (filled) await send("park", { ...here(), note: filled.note });
}

function resume() {
  const { parked } = state.picture;
  if (parked.length === 1) return send("resume", { ...here(), ticket_id: parked[0].id });
  return enter("parked");
}

async function pause() {
  if (state.picture.counter.state === "break") return send("back", here());
  const filled = await dialogs.ask("break-dialog");
  return filled && send("break", { ...here(), note: filled.note });
}

async function transfer(ticket) {
  const filled = await dialogs.askTransfer(ticket);
  if (!filled) return;
  const params = { ticket_id: ticket.id, note: filled.note };
  if (filled.service_id) params.service_id = Number(filled.service_id);
  if (filled.to_counter_id) params.to_counter_id = Number(filled.to_counter_id);
  await send("transfer", params);
}

async function note(ticket) {
  const filled = await dialogs.askNote(ticket);
  if (filled) await send("annotate", { ticket_id: ticket.id, note: filled.note });
}

async function issue() {
  const filled = await dialogs.askIssue();
  if (!filled) return;
  const params = { service_id: Number(filled.service_id), priority: Boolean(filled.priority), language: "id" };
  const answer = await send("issue", params, { quiet: true });
  if (answer) dialogs.showIssued(answer.ticket);
}

async function remove(ticket) {
  const filled = await dialogs.askRemove(ticket);
  if (filled) await send("remove", { ticket_id: ticket.id, note: filled.note });
}

/** Calling a number while another is at the counter asks to finish that visit first. */
async function call(ticket) {
  const visit = current();
  if (visit?.state === "serving") {
    const filled = await dialogs.askFinish(visit);
    if (!filled || !(await send("finish", { ...here(), outcome: filled.outcome }))) return;
  }
  await send("call", { ...here(), ticket_id: ticket.id });
}

const ON_ROW = {
  call,
  transfer,
  note,
  remove,
  resume: (ticket) => send("resume", { ...here(), ticket_id: ticket.id }),
  recycle: (ticket) => send("recycle", { ticket_id: ticket.id }),
  reprint: (ticket) => send("reprint", { ticket_id: ticket.id }),
};
// List -> what may be done with a number in it.
const OFFERED = {
  queue: ["call", "transfer", "note", "reprint", "remove"],
  parked: ["resume", "recycle", "transfer", "note", "reprint", "remove"],
  missed: ["recycle", "note", "reprint"],
};
const NEED_COUNTER = ["call", "resume"];
let chosen = null;

export function startRows() {
  for (const button of document.querySelectorAll("[data-ticket]")) {
    button.addEventListener("click", () => {
      at("ticket-dialog").close();
      ON_ROW[button.dataset.ticket](chosen);
    });
  }
}

/** A row was pressed: what is known of the number, and what may be done with it. */
export function openTicket(ticket, list) {
  if (!ticket) return;
  chosen = ticket;
  at("ticket-title").textContent = ticket.number;
  at("ticket-service").textContent = pick(ticket.service);
  const waited = say("waited", { time: say("minutes", { n: minutes(ticket.waiting_ms + elapsed()) }) });
  const parts = [list === "queue" ? waited : say(`state_${ticket.state}`), ticket.priority ? say("priority") : ""];
  at("ticket-facts").textContent = parts.filter(Boolean).join(" · ");
  at("ticket-note").textContent = ticket.note;
  for (const button of document.querySelectorAll("[data-ticket]")) {
    const name = button.dataset.ticket;
    const fits = OFFERED[list].includes(name);
    button.hidden = !fits || (NEED_COUNTER.includes(name) && state.picture.counter?.state !== "open");
    button.disabled = !state.online;
  }
  at("ticket-dialog").showModal();
}
