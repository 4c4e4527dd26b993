// The hall board: the call, the last calls, who is next, running text and clock.

import { connect } from "/static/js/live.js";
import { clock, page, pick, say } from "/static/js/words.js";
import { makeCalls } from "./calls.js";
import { makeChime } from "./chime.js";
import { fit } from "./fit.js";
import { makeSlide } from "./slide.js";
import { makeTicker } from "./ticker.js";

const $ = (id) => document.getElementById(id);
const LAST = 5;
const ON_THE_WAY = 60000; // ms a call stays on the left before "closed" or "break" may take its place
const ITS_ANNOUNCE = 500; // ms that a snapshot waits for the announcement of the call that it already holds

let picture = null;
let shown = null; // the call on the left
let shownAt = -ON_THE_WAY;
let first = true; // the next snapshot is the first of its connection: show what it holds, silently
let online = false;

const ticker = makeTicker($("ticker"));
const chime = makeChime((allowed) => { $("sound").hidden = allowed; });
$("sound").addEventListener("click", () => chime.allow());
const calls = makeCalls({ show: arrive, settle });
const slide = makeSlide(page.slide, (yes) => {
  $("result").hidden = !yes;
  $("call").hidden = yes;
  size();
  renderLast();
});

const live = connect({
  audience: "board",
  onSnapshot(next) {
    picture = next;
    if (!calls.current) {
      if (first || shown === null || shown.seq >= newest()?.seq) catchUp();
      else setTimeout(() => calls.current || catchUp(), ITS_ANNOUNCE);
    }
    first = false;
    render();
  },
  onAnnounce(call) {
    calls.add(call);
    if (shown !== call) renderLast();
  },
  onState(state) {
    online = state.online;
    document.body.classList.toggle("stale", !online);
    document.body.classList.toggle("offline", !online);
    $("stale-line").hidden = online;
    if (!online) $("stale-line").textContent = state.since ? say("stale", { time: time(state.since) }) : say("connecting");
    size();
    renderLast();
    if (online) return;
    slide.yields();
    calls.forget();
    first = true;
  },
  onLeave(reason) {
    document.body.classList.add("stale");
    $("stale-line").hidden = false;
    $("stale-line").textContent = reason.message || say("gone");
    setTimeout(() => location.reload(), 5000); // leads to the pairing form, or back in
  },
});

const newest = () => picture?.calls[0] ?? null;
const time = (at) => clock(at, picture?.office.timezone);

/** A call is made: its words are in the page before anything else happens. */
function arrive(call) {
  slide.yields();
  shown = call;
  shownAt = performance.now();
  write(call);
  document.body.classList.add("calling");
  showCall(true);
  requestAnimationFrame(() => dress()); // before the next paint, but after the words
  setTimeout(() => chime.play());
}

/** What surrounds the words of a new call: letter sizes, the list beside them, the arrival. */
function dress() {
  renderLast();
  size();
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  $("call-now").animate([{ transform: "translateY(8%)", opacity: 0.4 }, { transform: "none", opacity: 1 }], { duration: 300, easing: "ease-out" });
}

function settle() {
  slide.yields();
  document.body.classList.remove("calling");
  catchUp();
  render();
}

/** The left side without an announcement: after a reconnect, or when the shown call went back into the queue. */
function catchUp() {
  const call = newest();
  if (call?.seq !== shown?.seq) slide.yields();
  shown = call;
  if (call) write(call);
  renderLeft();
  renderLast();
}

function write(call) {
  $("number").textContent = call.number;
  $("counter").textContent = pick(call.counter);
}

function render() {
  if (!picture) return;
  renderLeft();
  renderLast();
  slide.holds(picture.result);
  $("next").hidden = picture.next.length === 0;
  $("next-numbers").replaceChildren(...picture.next.map((ticket) => element("li", ticket.number)));
  size();
  ticker.show([pick(picture.ticker), picture.waiting ? say("waiting", { n: picture.waiting }) : "", picture.office.name]);
}

function renderLeft() {
  if (calls.current || !picture) return;
  const words = stateWords();
  showCall(!words);
  if (words) [$("words-title").textContent, $("words-help").textContent] = words;
  size();
}

/** [title, help] when the left side shows the hall's state instead of a call, else null. */
function stateWords() {
  const { hall, waiting } = picture;
  const onTheWay = shown && performance.now() - shownAt < ON_THE_WAY;
  if (hall.state === "closed" && !onTheWay && !waiting) {
    return [say("closed"), hall.reopens ? say("reopens", { when: pick(hall.reopens) }) : ""];
  }
  if (hall.state === "break" && !onTheWay) return [say("break", { time: hall.until }), say("break_help")];
  return shown ? null : [say("none_yet"), say("none_yet_help")];
}

function showCall(yes) {
  $("call-now").hidden = !yes;
  $("call-words").hidden = yes;
}

function size() {
  const number = calls.current ? 440 : 420;
  if (!$("result").hidden) fit($("result"), [[$("result-value"), 380, 340, 300, 260, 220, 180]]);
  fit($("call"), [[$("number"), number, 380, 340, 320], [$("counter"), 210, 190, 160, 160, 130, 110], [$("words-title"), 150, 130, 110]]);
}

function renderLast() {
  const known = [...(calls.current ? [calls.current] : []), ...(picture?.calls ?? [])];
  const left = $("call-now").hidden || $("call").hidden ? null : shown?.number;
  const rows = known.filter((call, i) => call.number !== left && known.findIndex((one) => one.number === call.number) === i);
  $("last-calls").hidden = rows.length === 0;
  $("last").replaceChildren(...rows.slice(0, LAST).map((call) => {
    const row = document.createElement("tr");
    row.append(element("td", call.number), element("td", call.counter_number));
    return row;
  }));
  const box = $("last-calls").parentElement; // a taller foot leaves room for fewer: half a number helps nobody
  while (box.scrollHeight > box.clientHeight + 1 && $("last").rows.length > 1) $("last").lastElementChild.remove();
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function tick() {
  if (picture) $("clock").textContent = time(live.now());
}

setInterval(() => { tick(); renderLeft(); slide.turns(online && !calls.current); }, 1000);
addEventListener("resize", () => { size(); render(); });
document.fonts?.ready.then(() => { size(); render(); });
document.documentElement.lang = page.language;
