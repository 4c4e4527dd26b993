// Small helpers: find an element, set a text only when it differs, fill sentences, grids of tiles that update in place.

import { icon } from "/static/js/icons.js";
import { say } from "/static/js/words.js";

export const $ = (id) => document.getElementById(id);

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Fills every [data-say] in the language of the moment. */
export function fillSentences() {
  for (const element of document.querySelectorAll("[data-say]")) setText(element, say(element.dataset.say));
}

/** A notice as house.css draws it: icon + sentence. */
export function notice(kind, name, sentence) {
  const box = document.createElement("div");
  box.className = `notice ${kind}`;
  const text = document.createElement("p");
  text.textContent = sentence;
  box.append(icon(name), text);
  return box;
}

const STEPS = ["fit-1", "fit-2", "fit-3", "fit-4"];

/** A list of tiles. Tiles keep their element while data changes: a finger that is down must not lose its target. */
export class Grid {
  constructor(list, onPick) {
    this.list = list;
    this.onPick = onPick;
    this.tiles = new Map();
    this.items = new Map();
    list.addEventListener("click", (event) => {
      const tile = event.target.closest("button.tile");
      if (tile && (event.detail < 2 || tile.dataset.key === "more")) this.onPick(this.items.get(tile.dataset.key));
    });
  }

  /** items: [{key, icon, name, note, side, sideIcon, disabled}] */
  show(items, { two = false } = {}) {
    this.items = new Map(items.map((item) => [item.key, item]));
    const keys = items.map((item) => item.key).join(" ");
    if (keys !== this.keys) {
      this.keys = keys;
      this.tiles = new Map(items.map((item) => [item.key, makeTile(item)]));
      this.list.replaceChildren(...[...this.tiles.values()].map((tile) => tile.parentElement));
    }
    for (const item of items) fillTile(this.tiles.get(item.key), item);
    this.list.classList.toggle("two", two);
    this.arrange(items.length, two);
  }

  arrange(count, two) {
    const upright = matchMedia("(orientation: portrait)").matches;
    const columns = upright ? 1 : count <= 2 || count === 4 ? 2 : 3;
    this.list.style.setProperty("--columns", columns);
    this.list.style.setProperty("--rows", Math.max(1, Math.ceil(count / columns)));
    this.list.style.setProperty("--tile", `calc(var(--size) * ${two ? 16 : upright ? 7 : 8})`);
    this.fit();
  }

  /** Nothing is cut off: when one tile is too full, all of them give up their notes, then letter size, and stay alike. */
  fit() {
    const wide = (box) => box.scrollWidth > box.clientWidth + 1;
    const over = (box) => wide(box) || box.scrollHeight > box.clientHeight + 1;
    const cut = (tile) => over(tile) || wide(tile.querySelector(".tile-words")) || over(tile.querySelector(".tile-note"));
    const tiles = [...this.tiles.values()];
    this.list.classList.remove(...STEPS);
    for (const step of STEPS) if (tiles.some(cut)) this.list.classList.add(step);
  }
}

function makeTile(item) {
  const li = document.createElement("li");
  const tile = document.createElement("button");
  tile.type = "button";
  tile.className = "tile";
  tile.dataset.key = item.key;
  const words = document.createElement("span");
  words.className = "tile-words";
  for (const name of ["tile-name", "tile-note", "tile-side"]) {
    const part = document.createElement("span");
    part.className = name;
    words.append(part);
  }
  tile.append(icon(item.icon || "file-text"), words);
  li.append(tile);
  return tile;
}

/** "Rohaniwan/pembaca doa" may break after the slash. */
function breakable(text) {
  return text.split(/(?<=\/)/).flatMap((part, i) => (i ? [document.createElement("wbr"), part] : [part]));
}

function fillTile(tile, item) {
  const [name, note, side] = tile.querySelector(".tile-words").children;
  if (name.textContent !== item.name) name.replaceChildren(...breakable(item.name));
  setText(note, item.note || "");
  note.hidden = !item.note;
  const label = item.side || "";
  if (side.dataset.label !== `${item.sideIcon}${label}`) {
    side.dataset.label = `${item.sideIcon}${label}`;
    side.replaceChildren(...(item.sideIcon ? [icon(item.sideIcon)] : []), label);
  }
  side.hidden = !label;
  if (item.disabled) tile.setAttribute("aria-disabled", "true");
  else tile.removeAttribute("aria-disabled");
}
