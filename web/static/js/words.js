// Sentences, times and the page's data block.
//
//   import { page, say, pick, clock, minutes, stopwatch } from "/static/js/words.js";
//   say("people_ahead", {n: 4})  -> "4 people ahead of you"  (plural chosen by Intl.PluralRules)
//   say("people_ahead", {n: 150}) -> "more than 99 people ahead of you"  (a sentence with {most, over})
//   pick({id: "...", en: "..."}) -> the text in the language of the page
//
// page.words is {key: sentence}, or {id: {...}, en: {...}} on pages that switch language without
// reloading (kiosk): those call setLanguage("en").

const block = document.getElementById("page");

/** What the server put into the page: {"language", "words", "csrf", ...}. */
export const page = block ? JSON.parse(block.textContent) : {};

let language = page.language || document.documentElement.lang || "id";

export function currentLanguage() {
  return language;
}

export function setLanguage(code) {
  language = code;
  document.documentElement.lang = code;
}

function dictionary() {
  const words = page.words || {};
  const own = words[language];
  return own && typeof own === "object" && !("other" in own) ? own : words;
}

/** The sentence `key` with {name} replaced by values.name; {one, other, most, over} sentences follow values.n. */
export function say(key, values = {}) {
  let sentence = dictionary()[key];
  if (sentence === undefined) return key;
  if (Number(values.n) > Number(sentence.most)) {
    values = { ...values, n: sentence.most };
    sentence = sentence.over;
  } else if (typeof sentence === "object") {
    const form = new Intl.PluralRules(language).select(Number(values.n));
    sentence = sentence[form] ?? sentence.other;
  }
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** A two-language text of the office in the language of the page; the other language when it is missing. */
export function pick(text) {
  if (text === null || text === undefined) return "";
  if (typeof text === "string") return text;
  return text[language] || text.id || text.en || "";
}

/** "10.42": the office's wall clock at an instant (ms since the epoch). */
export function clock(at, timezone) {
  const parts = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: timezone,
  }).formatToParts(at);
  const part = (type) => parts.find((p) => p.type === type).value;
  return `${part("hour")}.${part("minute")}`;
}

/** "Senin, 23 November 2026" in the language of the page. */
export function date(at, timezone) {
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : "id-ID", {
    weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: timezone,
  }).format(at);
}

/** Whole minutes in a duration (ms); never negative. A number: write the unit with say(). */
export function minutes(ms) {
  return Math.max(0, Math.floor(ms / 60000));
}

/** "12:05", from an hour on "1:12:05". */
export function stopwatch(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}
