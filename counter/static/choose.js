// Before the desk: which counter; and after it was taken away: what happened and how to go on.

import { icon } from "/static/js/icons.js";
import { page, pick, say } from "/static/js/words.js";
import { at, state, write } from "./screen.js";

export function drawCounters(onTake) {
  const box = at("counters");
  const kept = new Map([...box.children].map((tile) => [tile.dataset.id, tile]));
  for (const counter of state.picture.counters) {
    const id = String(counter.id);
    const tile = kept.get(id) || makeTile(id, onTake);
    if (!kept.has(id)) box.append(tile);
    fillTile(tile, counter);
  }
}

function makeTile(id, onTake) {
  const tile = document.createElement("button");
  tile.type = "button";
  tile.className = "tile";
  tile.dataset.id = id;
  const words = document.createElement("span");
  for (const part of ["tile-name", "tile-note tile-holder", "tile-note small"]) {
    const line = document.createElement("span");
    line.className = part;
    words.append(line);
  }
  tile.append(icon("monitor"), words);
  tile.addEventListener("click", () => onTake(Number(id)));
  return tile;
}

function fillTile(tile, counter) {
  const [name, holder, sections] = tile.lastElementChild.children;
  write(name, pick(counter.name));
  write(holder, holderOf(counter));
  write(sections, counter.sections.map(pick).join(", "));
  tile.classList.toggle("held", counter.state !== "closed");
}

function holderOf(counter) {
  if (counter.state === "closed") return say("free");
  if (counter.seat === page.me.seat) return say("held_here");
  if (counter.person_id !== null && counter.person_id === page.me.person_id) return say("held_by_you");
  return say("held_by", { officer: counter.officer || "API" });
}

const COUNTER_GONE = ["counter_moved", "counter_freed"];

/** This screen was sent away: says why, and offers the way back. */
export function drawGone({ code, message }, name) {
  const counterGone = COUNTER_GONE.includes(code);
  write(at("gone-what"), message || say(counterGone ? `gone_${code}` : "gone_signed_out", { counter: name }));
  write(at("gone-help"), say(counterGone ? "gone_help_counter" : "gone_help_signed_out"));
  at("take-back").hidden = at("choose-again").hidden = !counterGone;
  at("sign-in-again").hidden = counterGone;
}
