// Numbers as this room writes them: minutes with one decimal, shares in whole percent, a dash where nothing is known.

import { currentLanguage, say } from "/static/js/words.js";

const locale = () => (currentLanguage() === "en" ? "en-GB" : "id-ID");
const known = (value) => value !== null && value !== undefined;

export const count = (n) => new Intl.NumberFormat(locale()).format(n);

export function inMinutes(ms) {
  if (!known(ms)) return "-";
  return new Intl.NumberFormat(locale(), { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(ms / 60000);
}

export const wholeMinutes = (ms) => say("minutes", { n: Math.floor(ms / 60000) });

export function percent(share) {
  return known(share) ? new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 0 }).format(share) : "-";
}

export function decimal(text) {
  return new Intl.NumberFormat(locale(), { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(Number(text));
}

export function day(iso) {
  const [year, month, date] = iso.split("-").map(Number);
  const at = new Date(Date.UTC(year, month - 1, date));
  return new Intl.DateTimeFormat(locale(), { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(at);
}
