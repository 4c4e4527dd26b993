// The survey, screen by screen. What is being answered lives in this page's memory only: leaving keeps nothing.

import { get, post, requestId } from "/static/js/http.js";
import { icon } from "/static/js/icons.js";
import { currentLanguage, page, pick, say, setLanguage } from "/static/js/words.js";
import { showTrait } from "./about.js";
import { makeList } from "./all.js";
import { fill, press } from "./answers.js";
import { watch } from "./idle.js";
import { makeKeys } from "./keys.js";
import { makeReader } from "./listen.js";
import { makeScan } from "./scan.js";
import { makeOutbox } from "./sending.js";
import { questionsOf, stepsOf } from "./steps.js";
import { watchCounter } from "./tablet.js";
import { retell, tell } from "./texts.js";
import { makeWay } from "./way.js";

const $ = (id) => document.getElementById(id);
const PHONE = page.channel === "phone";
const FIRST = page.channel === "tablet" ? "welcome" : "scan"; // where a screen of the house waits
const CHOSEN_MS = 350; // long enough to see what was chosen
const SETTLE_MS = 120; // a new screen takes no touch yet: the second half of a double tap is no answer to it
const questions = questionsOf(page);

let sheet = blank(null);
let steps = stepsOf(page, questions);
let at = -1; // the step; -1 is the beginning
let screen = "";
let ended = null; // what the last screen says: [icon, title, text]
let began = 0;
let settling = null; // while this runs, touches do not count
let going = null; // the step after this one, in a moment
let list = null; // all questions on one screen, made when it is first shown
let over = null; // back to the first screen, or on without the further question

function blank(token) {
  return { request_id: requestId(), token, scores: {}, extras: {}, about: {}, remark: "", channel: page.channel, versions: page.versions };
}

// --- screens ---------------------------------------------------------------------------------------------------------

function show(name) {
  screen = name;
  clearTimeout(going);
  clearTimeout(over);
  reader.stop();
  if (name !== "scan") scan?.leave();
  for (const section of document.querySelectorAll(".screen")) section.hidden = section.id !== name;
  settle(SETTLE_MS);
  RENDER[name]?.(steps[at]);
  document.body.classList.toggle("asking", ["question", "all", "about", "remark"].includes(name) && !steps[at]?.further);
  hear(steps[at]?.question);
  tellProgress();
  $(name).querySelector("h1").focus({ preventScroll: true });
  scrollTo(0, 0);
  idle.run(!PHONE && !["scan", "welcome", "end"].includes(name) && !steps[at]?.further);
  if (!PHONE && name === "end") over = setTimeout(startOver, page.timing.thanks * 1000);
  if (name === "question" && steps[at].further) over = setTimeout(send, page.timing.further * 1000);
}

/** No touch counts for so long, or until the next screen. */
function settle(ms = null) {
  clearTimeout(settling);
  settling = setTimeout(() => document.body.classList.remove("settling"), ms ?? 60_000);
  document.body.classList.add("settling");
}

const settled = () => !document.body.classList.contains("settling");

const RENDER = {
  question({ question, further }) {
    tell($("question-text"), question.text);
    $("further").hidden = !further;
    $("question-back").hidden = Boolean(further);
    fill($("answers"), question, given(question), (value, event) => choose($("answers"), question, value, event));
  },
  touch({ question }) {
    tell($("touch-text"), question.text);
    fill($("faces"), question, given(question), (value, event) => choose($("faces"), question, value, event));
  },
  all() {
    list ??= makeList($("list"), questions, reader, { given, onGive });
    list.press();
    $("none-answered").hidden = true;
  },
  about({ trait }) {
    showTrait({ title: $("about-title"), options: $("options") }, trait, sheet.about[trait.code], (option) => {
      if (!settled()) return;
      sheet.about[trait.code] = option;
      forward();
    });
  },
  end() {
    const [mark, title, text] = ended;
    $("end-mark").replaceChildren(icon(mark, "mark"));
    tell($("end-title"), () => say(title));
    tell($("end-text"), () => (text ? say(text) : ""));
    $("complain").hidden = !PHONE || title === "unknown" || Boolean(page.preview);
    const lost = title === "none_answered";
    tell($("end-action"), () => say(lost ? "to_questions" : PHONE ? "to_ticket" : "to_start"));
    $("end-action").href = PHONE ? `/t/${page.token}` : "/survey/";
    $("end-action").hidden = !lost && ((PHONE && title === "unknown") || Boolean(page.preview));
  },
};

function tellProgress() {
  const step = steps[at];
  const done = questions.filter((question) => given(question)).length;
  const share = screen === "all" ? done / questions.length : screen === "question" && step.n ? step.n / step.total : 1;
  $("done").setAttribute("width", 100 * share);
  tell($("progress"), () => {
    if (screen === "all") return say("answered", { n: done, total: questions.length });
    if (screen === "question" && step.n) return say("progress", { n: step.n, total: step.total });
    if (["touch", "question"].includes(screen)) return say("title");
    return ["about", "remark"].includes(screen) ? say("progress_more") : page.office;
  });
}

function translate(language) {
  setLanguage(language);
  reader.stop();
  for (const element of document.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
  for (const button of $("languages").children) button.setAttribute("aria-pressed", button.dataset.language === language);
  document.title = say("title");
  retell();
  hear(steps[at]?.question);
  list?.hear();
  keys?.translate();
}

const hear = (question) => {
  if (question && ["question", "touch"].includes(screen)) reader.button($("listen"), $("listen-word"), question.element);
  else $("listen").hidden = true;
};

// --- answering -------------------------------------------------------------------------------------------------------

const given = (question) => (question.own ? sheet.extras : sheet.scores)[question.element];

function give(question, value) {
  const part = question.own ? "extras" : "scores";
  sheet[part] = { ...sheet[part], [question.element]: value };
}

/** On the screen that has all of them. */
function onGive(question, value) {
  give(question, value);
  $("none-answered").hidden = true;
  tellProgress();
}

function choose(container, question, value, event) {
  if (!settled() || event.detail > 1) return; // the second half of a double tap is no answer to the next question
  settle(); // one touch, one answer
  give(question, value);
  press(container, value);
  const { text } = question.answers.find((answer) => answer.value === value);
  $("chosen").textContent = say("chosen", { answer: pick(text) });
  going = setTimeout(forward, CHOSEN_MS);
}

function take(step) {
  at = page.mode === "one_touch" ? Math.max(step, 0) : step; // one touch needs no introduction
  if (at < 0) show("intro");
  else show(steps[at].screen);
}

function forward() {
  if (at === -1) began = performance.now();
  if (at + 1 >= steps.length) return send();
  way?.forward(at + 1);
  take(at + 1);
}

function back() {
  if (way) return way.back();
  take(Math.max(at - 1, -1));
}

/** The browser's back or forward: shows that step, but never undoes what is on its way or done. */
function stepped(step) {
  if (ended && ended[1] !== "none_answered") return show("end");
  ended = null;
  if (outbox.waiting()) return show("unsent");
  take(Math.min(step, steps.length - 1));
}

/** Past the rest of the respondent block, to the remark. */
function skipAbout() {
  const last = steps.length - 1;
  way?.forward(last);
  take(last);
}

function finish(mark, title, text = "") {
  ended = [mark, title, text];
  forget();
  way?.home();
  show("end");
}

function forget(token = null) {
  sheet = blank(token);
  steps = stepsOf(page, questions);
  at = -1;
  $("remark-text").value = "";
  $("chosen").textContent = "";
  $("send").disabled = false;
  $("send-words").textContent = say("send");
}

/** Everything forgotten: the next visitor finds nothing. */
function startOver() {
  forget();
  ended = null;
  translate("id");
  scan?.clear();
  show(FIRST);
}

// --- a ticket comes --------------------------------------------------------------------------------------------------

const STATES = {
  open: () => begin(sheet.token),
  used: () => finish("circle-check", "used"),
  no: () => finish("clock", "not_open", "not_open_help"),
  over: () => finish("clock", "over", "over_help"),
  unknown: () => finish("circle-help", "unknown", "unknown_help"),
};

function begin(token, number = "") {
  forget(token);
  ended = null;
  tell($("for-number"), () => say("for_number", { number }));
  $("for-number").hidden = !number;
  began = performance.now();
  take(-1);
}

async function scanned(token) {
  forget(token);
  try {
    const { survey } = await get(`/survey/${encodeURIComponent(token)}/state`);
    if (token === sheet.token) STATES[survey]();
  } catch (refusal) {
    if (token !== sheet.token) return;
    if (refusal.code === "not_found") STATES.unknown();
    else scan.fail("offline_scan");
  }
}

// --- sending ---------------------------------------------------------------------------------------------------------

function send() {
  if (!Object.keys(sheet.scores).length) return noneAnswered();
  sheet.remark = $("remark-text").value.trim();
  sheet.took_ms = Math.round(Math.min(performance.now() - began, 86_400_000));
  $("send").disabled = true;
  $("send-words").textContent = say("sending");
  settle();
  clearTimeout(over);
  outbox.send(sheet);
}

function noneAnswered() {
  if (page.mode === "one_touch") return take(0);
  ended = ["info", "none_answered"];
  show("end");
}

const outbox = makeOutbox({
  post,
  onDone(sent) { if (sent === sheet) finish("heart-handshake", "thanks_title", "thanks"); },
  onWaiting(sent) { if (sent === sheet && screen !== "unsent") show("unsent"); },
  onRefused(sent, refusal) {
    if (sent !== sheet) return;
    const known = { survey_used: "used", survey_not_open: "no", survey_over: "over", not_found: "unknown" }[refusal.code];
    if (known) STATES[known]();
    else finish("triangle-alert", "refused", "refused_help");
  },
});

// --- wiring ----------------------------------------------------------------------------------------------------------

const way = PHONE ? makeWay(stepped) : null;
const reader = makeReader(page.voice, () => { $("chosen").textContent = say("listen_failed"); $("listen").hidden = true; });
const keys = PHONE ? null : makeKeys($("keys"), $("remark-text"), say);
const idle = watch({
  dialog: $("idle"), button: $("still-here"), idle: page.timing.idle, warning: page.timing.warning,
  onWarn: (n) => { $("idle-words").textContent = say("idle", { n }); },
  onOver: startOver,
});
const scan = page.channel === "kiosk" ? makeScan({ onToken: scanned, comeBack: () => { if (screen !== "scan") show("scan"); } }) : null;

$("begin").addEventListener("click", forward);
$("skip").addEventListener("click", () => {
  const part = steps[at].question.own ? sheet.extras : sheet.scores;
  delete part[steps[at].question.element];
  forward();
});
$("all-done").addEventListener("click", () => {
  if (Object.keys(sheet.scores).length) return forward();
  $("none-answered").hidden = false;
});
$("about-skip").addEventListener("click", skipAbout);
$("send").addEventListener("click", send);
$("again").addEventListener("click", outbox.again);
$("end-action").addEventListener("click", (event) => {
  const lost = ended[1] === "none_answered";
  if (PHONE && !lost) return; // a link to the ticket
  event.preventDefault();
  ended = null;
  if (lost) take(0);
  else startOver();
});
for (const button of document.querySelectorAll("[data-do=back]")) button.addEventListener("click", back);
for (const button of $("languages").children) button.addEventListener("click", () => translate(button.dataset.language));
addEventListener("beforeunload", (event) => { if (PHONE && outbox.waiting()) event.preventDefault(); });
// Back from another page, out of the browser's memory: the server knows whether it was answered meanwhile.
addEventListener("pageshow", ({ persisted }) => { if (persisted && PHONE && !outbox.waiting()) location.reload(); });

translate(page.language);
if (PHONE) {
  sheet.token = page.token;
  STATES[page.survey]();
} else {
  if (page.channel === "tablet") watchCounter({ onAsked, onCalled, onGone: () => untouched() && startOver(), free });
  show(FIRST);
}

// --- at a counter ----------------------------------------------------------------------------------------------------

function onAsked({ token, number, language }) {
  translate(language);
  begin(token, number);
}

function onCalled() {
  if (screen !== "welcome" && !outbox.holds(sheet)) startOver();
}

/** A start screen on which nobody has begun: it goes with the visit that it asked about. */
function untouched() {
  return ["intro", "touch"].includes(screen) && !Object.keys({ ...sheet.scores, ...sheet.extras }).length;
}

function free() {
  return ["welcome", "unsent"].includes(screen) || untouched();
}
