// The tables and panels that today and earlier days share. Rows are filled in place, so that nothing jumps.

import { pick, say } from "/static/js/words.js";
import { count, day, decimal, inMinutes, percent } from "./figures.js";

export function fill(name, text) {
  for (const place of document.querySelectorAll(`[data-fill="${name}"]`)) {
    if (place.textContent !== text) place.textContent = text;
  }
}

/** Fills a table's body: each row is [heading, ...cells]; a cell is a text (a number: right-aligned) or an element. */
export function rows(id, lines, words = 0) {
  const body = document.getElementById(id)?.tBodies[0];
  if (!body) return;
  const key = JSON.stringify(lines.map((line) => line.map((cell) => cell?.dataset?.key ?? cell)));
  if (body.dataset.key === key) return;
  body.dataset.key = key;
  body.replaceChildren(...(lines.length ? lines.map((line) => row(line, words)) : [nothing(id)]));
}

function row([heading, ...cells], words) {
  const line = document.createElement("tr");
  const first = document.createElement("th");
  first.scope = "row";
  first.append(heading);
  line.append(first);
  cells.forEach((cell, index) => {
    const place = line.insertCell();
    if (index >= words && typeof cell === "string") place.className = "num";
    place.append(cell);
  });
  return line;
}

function nothing(id) {
  const line = document.createElement("tr");
  const cell = line.insertCell();
  cell.colSpan = document.getElementById(id).tHead.rows[0].cells.length;
  cell.append(say("no_data"));
  return line;
}

export function drawServices(picture) {
  const lines = picture.by_service.map((one) => [
    pick(one.name), count(one.issued), count(one.waiting), count(one.served), count(one.no_show),
    inMinutes(one.times.waiting.median_ms), inMinutes(one.times.waiting.p90_ms), inMinutes(one.times.service.median_ms),
    one.within.whole ? `${percent(one.within.share)} (n = ${count(one.within.whole)})` : "-",
  ]);
  rows("by-service", lines);
}

export function counterCells(one) {
  const busy = one?.utilisation.whole ? percent(one.utilisation.share) : "-";
  return [count(one?.served ?? 0), count(one?.no_show ?? 0), inMinutes(one?.times.service.median_ms), busy];
}

export function drawTimes({ times }) {
  const line = (word, one) => [word, inMinutes(one.median_ms), inMinutes(one.p90_ms), inMinutes(one.max_ms), count(one.n)];
  rows("times", [line(say("waiting_time"), times.waiting), line(say("service_time"), times.service)]);
}

export function drawPromise({ within_promise: within, abandonment, skm }) {
  fill("within", within.n ? percent(within.share) : "-");
  fill("within-note", within.n ? say("within", { part: count(within.part), n: count(within.n) }) : say("no_data"));
  const arrived = { share: percent(within.share_arrived), arrived: count(within.arrived) };
  fill("arrived-note", within.n ? say("within_arrived", arrived) : "");
  const missed = { share: percent(abandonment.share), n: count(abandonment.whole) };
  fill("abandonment", abandonment.whole ? say("abandonment", missed) : say("no_data"));
  fill("ikm", skm.ikm ? `${decimal(skm.ikm)} · ${skm.grade}` : "-");
  const answers = say("skm_n", { n: skm.n, first: day(skm.period.first) });
  const few = say("skm_few", { n: skm.n + skm.waiting, fewest: skm.fewest });
  const weight = skm.weight ? say("skm_weight", { weight: pick(skm.weight) }) : "";
  const note = skm.ikm ? [pick(skm.performance), answers, weight].filter(Boolean).join(", ") : few;
  fill("skm-note", skm.n + skm.waiting ? note : say("no_data"));
}
