// Search by an on-screen keyboard (a real one works as well): services whose name, section or examples contain the words.

import { icon } from "/static/js/icons.js";
import { say } from "/static/js/words.js";
import { $, Grid, setText } from "./dom.js";

const ROWS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

export class Search {
  /** tileOf(service, section) -> an item for the grid; onPick(item). */
  constructor(tileOf, onPick) {
    this.tileOf = tileOf;
    this.sections = [];
    this.grid = new Grid($("results"), onPick);
    this.query = $("query");
    this.query.addEventListener("input", () => this.show(this.sections));
    this.makeKeys();
  }

  makeKeys() {
    const key = (label, className, press) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = `button ${className}`;
      button.append(label);
      button.addEventListener("click", () => {
        press();
        this.show(this.sections);
      });
      return button;
    };
    const letter = (char) => key(char, "", () => (this.query.value = (this.query.value + char).slice(0, 40)));
    const erase = key(icon("delete"), "erase", () => (this.query.value = this.query.value.slice(0, -1)));
    const space = key("", "space", () => (this.query.value = `${this.query.value.trimEnd()} `.trimStart()));
    const [first, second, third] = ROWS.map((row) => [...row].map(letter));
    $("keys").append(...first, ...second, erase, ...third, space);
    this.erase = erase;
    this.space = space;
  }

  clear() {
    this.query.value = "";
  }

  show(sections) {
    this.sections = sections;
    this.query.placeholder = say("search_title"); // low screens have no room for the heading
    this.erase.setAttribute("aria-label", say("erase"));
    setText(this.space, say("space"));
    $("keys").setAttribute("aria-label", say("keyboard"));
    const words = this.query.value.toLowerCase().split(/\s+/).filter(Boolean);
    const all = sections.flatMap((section) => section.services.map((service) => ({ section, service })));
    const named = ({ service }) => matches(words, service.name);
    const near = ({ section, service }) => matches(words, service.name, section.name, section.examples);
    // What the service itself is called comes first, then its neighbours in a section that speaks of it.
    const found = words.length ? [...all.filter(named), ...all.filter((one) => !named(one) && near(one))] : [];
    const status = !words.length ? "" : found.length ? say("found", { n: found.length }) : say("search_none");
    setText($("found"), status);
    $("found").classList.toggle("visually-hidden", found.length > 0 || !words.length);
    this.grid.show(found.slice(0, this.room()).map(({ section, service }) => this.tileOf(service, section)));
  }

  /** How many results fit above the keyboard: whole rows of tiles that a finger can hit. */
  room() {
    const list = $("results");
    const gap = parseFloat(getComputedStyle(list).rowGap) || 20;
    const touch = $("back").offsetHeight || 88;
    const rows = Math.max(1, Math.floor((list.clientHeight + gap) / (touch + gap)));
    return matchMedia("(orientation: portrait)").matches ? Math.min(rows, 6) : Math.min(rows * 3, 6);
  }
}

function matches(words, ...texts) {
  const both = texts.flatMap((text) => (text && typeof text === "object" ? Object.values(text) : [text || ""]));
  const hay = both.join(" ").toLowerCase();
  return words.every((word) => hay.includes(word));
}
