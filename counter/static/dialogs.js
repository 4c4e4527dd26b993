// The small forms: transfer, notes, break, remove, issue. Each resolves with what was filled in, or null.

import { pick, say } from "/static/js/words.js";
import { at, state } from "./screen.js";

for (const dialog of document.querySelectorAll("dialog")) {
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) dialog.close("");
  });
}

/** Opens a form dialog. `check(values)` returns a sentence when something is missing. */
export function ask(id, { check = () => "", fill = () => {} } = {}) {
  const dialog = at(id);
  const form = dialog.querySelector("form");
  const error = dialog.querySelector("[data-error]");
  form.reset();
  fill(form);
  error.hidden = true;
  dialog.returnValue = "";
  return new Promise((resolve) => {
    form.onsubmit = (event) => {
      const wrong = check(Object.fromEntries(new FormData(form)));
      error.hidden = !wrong;
      error.textContent = wrong;
      if (wrong) event.preventDefault();
      else dialog.returnValue = "yes";
    };
    dialog.onclose = () => resolve(dialog.returnValue === "yes" ? Object.fromEntries(new FormData(form)) : null);
    form.querySelector("button[type=submit]").value = "yes";
    dialog.showModal();
  });
}

const title = (id, key, ticket) => (at(id).textContent = say(key, { number: ticket.number }));

export function askTransfer(ticket) {
  const check = ({ service_id, to_counter_id }) =>
    (!service_id || Number(service_id) === ticket.service_id) && !to_counter_id ? say("choose_target") : "";
  const fill = (form) => {
    title("transfer-title", "transfer_title", ticket);
    grouped(form.elements.service_id, state.picture.services, ticket.service_id);
    const counters = state.picture.counters.filter((one) => one.id !== state.counterId);
    options(form.elements.to_counter_id, counters, null, true, (one) => `${pick(one.name)} (${say(`state_${one.state}`)})`);
  };
  return ask("transfer-dialog", { check, fill });
}

/** `key`, `deed`: the words of its title and of its button. */
export function askNote(ticket, key = "note_title", deed = "save") {
  return ask("note-dialog", {
    fill: (form) => {
      title("note-title", key, ticket);
      form.querySelector("button[type=submit]").textContent = say(deed);
      form.elements.note.value = (ticket.note || "").replace(/\s*\n\s*/g, " "); // a field of one line drops line ends
    },
  });
}

export function askRemove(ticket) {
  return ask("remove-dialog", { fill: () => title("remove-title", "remove_title", ticket) });
}

export function askFinish(ticket) {
  return ask("finish-dialog", { fill: () => title("finish-title", "finish_first", ticket) });
}

export function askIssue() {
  return ask("issue-dialog", {
    fill: (form) => grouped(form.elements.service_id, state.picture.services, null, true),
    check: ({ service_id }) => (service_id ? "" : say("choose_service")),
  });
}

export function showIssued(ticket) {
  at("issued-number").textContent = ticket.number;
  at("issued-service").textContent = pick(ticket.service);
  const wait = ticket.estimate && say("range", { low: ticket.estimate[0], high: ticket.estimate[1] });
  at("issued-ahead").textContent = [say("ahead", { n: ticket.ahead }), wait].filter(Boolean).join(" ");
  at("issued-dialog").showModal();
}

function grouped(select, services, chosen, empty = false) {
  const groups = new Map();
  for (const one of services) {
    const name = pick(one.section);
    if (!groups.has(name)) groups.set(name, Object.assign(document.createElement("optgroup"), { label: name }));
    groups.get(name).append(new Option(pick(one.name), one.id, false, one.id === chosen));
  }
  select.replaceChildren(...(empty ? [new Option("-", "")] : []), ...groups.values());
}

function options(select, things, chosen, empty = false, name = (one) => pick(one.name)) {
  const made = things.map((one) => new Option(name(one), one.id, false, one.id === chosen));
  select.replaceChildren(...(empty ? [new Option("-", "")] : []), ...made);
}
