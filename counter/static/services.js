// Which services this counter takes: on the empty visit, and all day at the foot of the queue.

import { pick } from "/static/js/words.js";
import { at, state, write } from "./screen.js";

export function drawServices() {
  const { counter } = state.picture;
  for (const id of ["visit-services", "queue-services"]) at(id).hidden = !counter; // the information desk takes them all
  if (!counter) return;
  const names = counter.services.map(pick);
  write(at("services-count"), String(names.length));
  for (const list of document.querySelectorAll("[data-services]")) fill(list, names);
}

function fill(list, names) {
  const key = JSON.stringify(names);
  if (list.dataset.services === key) return;
  list.dataset.services = key;
  list.replaceChildren(...names.map(line));
}

function line(name) {
  const item = document.createElement("li");
  item.textContent = name;
  return item;
}
