// The survey, screen by screen. What is being answered lives in this page's memory only: leaving keeps nothing.

import { get, post, requestId } from "/static/js/http.js";
import { icon } from "/static/js/icons.js";
import { currentLanguage, page, pick, say, setLanguage } from "/static/js/words.js";
import { makeAbout } from "./about.js";
import { face } from "./faces.js";
import { watch } from "./idle.js";
import { makeKeys } from "./keys.js";
import { listen, tokenOf } from "./scanner.js";

const $ = (id) => document.getElementById(id);
const KIOSK = page.channel === "kiosk";
const { questions, respondent } = page.instrument;

let sheet = blank(null);
let at = 0; // the question
let trait = 0; // of the respondent block
let screen = "";
let ended = null; // what the last screen says: [icon, title, text]
let thanks = null;

function blank(token) {
  return { request_id: requestId(), token, scores: {}, about: {}, remark: "", channel: page.channel };
}

// --- screens ---------------------------------------------------------------------------------------------------------

function show(name) {
  screen = name;
  for (const section of document.querySelectorAll(".screen")) section.hidden = section.id !== name;
  render();
  $(name).querySelector("h1").focus({ preventScroll: true });
  scrollTo(0, 0);
  clearTimeout(thanks);
  idle.run(KIOSK && !["scan", "end"].includes(name));
  if (KIOSK && name === "end") thanks = setTimeout(startOver, page.timing.thanks * 1000);
}

function render() {
  for (const element of document.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
  document.title = say("title");
  for (const button of $("languages").children) button.setAttribute("aria-pressed", button.dataset.language === currentLanguage());
  document.body.classList.toggle("asking", ["question", "about", "remark"].includes(screen));
  $("progress").textContent = progress();
  $("done").setAttribute("width", screen === "question" ? (100 * (at + 1)) / questions.length : 100);
  if (screen === "question") renderQuestion();
  if (screen === "about") about.render(trait);
  if (screen === "end") renderEnd();
  keys?.translate();
}

function progress() {
  if (screen === "question") return say("progress", { n: at + 1, total: questions.length });
  return ["about", "remark"].includes(screen) ? say("progress_more") : page.office;
}

function renderQuestion() {
  const question = questions[at];
  $("question-text").textContent = pick(question.text);
  $("answers").replaceChildren(...question.answers.map((answer) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "answer";
    button.setAttribute("aria-pressed", sheet.scores[question.element] === answer.value);
    const word = document.createElement("span");
    word.textContent = pick(answer.text);
    button.append(face(answer.value), word);
    button.addEventListener("click", (event) => {
      if (event.detail > 1) return; // the second half of a double tap is no answer to the next question
      sheet.scores[question.element] = answer.value;
      forward();
    });
    return button;
  }));
}

function renderEnd() {
  const [mark, title, text] = ended;
  $("end-mark").replaceChildren(icon(mark, "mark"));
  $("end-title").textContent = say(title);
  $("end-text").textContent = text ? say(text) : "";
  const lost = title === "none_answered";
  $("end-action").textContent = say(lost ? "to_questions" : KIOSK ? "to_start" : "to_ticket");
  $("end-action").href = KIOSK ? "/survey/" : `/t/${page.token}`;
  $("end-action").hidden = !KIOSK && title === "unknown";
}

function forward() {
  if (at + 1 < questions.length) { at += 1; show("question"); } else { trait = 0; show("about"); }
}

function forwardAbout() {
  if (trait + 1 < about.count) { trait += 1; show("about"); } else show("remark");
}

function back() {
  if (screen === "remark") show("about");
  else if (screen === "about" && trait > 0) { trait -= 1; show("about"); } else if (screen === "about") show("question");
  else if (at > 0) { at -= 1; show("question"); } else show("intro");
}

function end(mark, title, text = "") {
  ended = [mark, title, text];
  show("end");
}

/** Everything forgotten: the next visitor finds nothing. */
function startOver() {
  forget();
  setLanguage("id");
  $("scan-field").value = "";
  $("scan-error").hidden = true;
  show("scan");
}

function forget(token = null) {
  sheet = blank(token);
  at = 0;
  about.clear();
  $("remark-text").value = "";
  $("send-error").hidden = true;
  $("send-words").dataset.say = "send";
}

// --- a ticket comes --------------------------------------------------------------------------------------------------

const ANSWERS = {
  open: () => show("intro"),
  used: () => end("circle-check", "used"),
  no: () => end("clock", "not_open", "not_open_help"),
  unknown: () => end("circle-help", "unknown", "unknown_help"),
};

async function scanned(token) {
  if (!token) return scanFailed("unknown_help");
  forget(token);
  try {
    ANSWERS[(await get(`/survey/${encodeURIComponent(token)}/state`)).survey]();
  } catch (refusal) {
    if (refusal.code === "offline") scanFailed("offline_scan");
    else ANSWERS.unknown();
  }
}

function scanFailed(key) {
  if (screen !== "scan") show("scan");
  $("scan-error").hidden = false;
  $("scan-error").lastElementChild.dataset.say = key;
  render();
}

// --- sending ---------------------------------------------------------------------------------------------------------

async function send() {
  if (!Object.keys(sheet.scores).length) { at = 0; return end("info", "none_answered"); }
  Object.assign(sheet, { about: about.told(), remark: $("remark-text").value.trim() });
  $("send").disabled = true;
  $("send-words").textContent = say("sending");
  const sent = sheet;
  try {
    await post("/survey/answers", sent);
    if (sent === sheet) { forget(); end("heart-handshake", "thanks_title", "thanks"); }
  } catch (refusal) {
    if (sent === sheet) refused(refusal);
  }
  $("send").disabled = false;
  render();
}

function refused(refusal) {
  if (refusal.code === "survey_used") { forget(); return ANSWERS.used(); }
  if (refusal.code === "survey_not_open") return ANSWERS.no();
  if (refusal.code === "not_found") return ANSWERS.unknown();
  // Not known to have arrived: the same request id goes again, so that it counts once.
  $("send-words").dataset.say = "again";
  $("send-error").hidden = false;
  $("send-error").lastElementChild.textContent =
    refusal.code === "offline" ? `${say("offline")} ${say("offline_help")}` : `${say("refused")} ${refusal.message}`;
  $("send-error").scrollIntoView({ block: "nearest" });
}

// --- wiring ----------------------------------------------------------------------------------------------------------

const about = makeAbout({ title: $("about-title"), options: $("options") }, respondent, pick, forwardAbout);
const keys = KIOSK ? makeKeys($("keys"), $("remark-text"), say) : null;
const idle = watch({
  dialog: $("idle"), button: $("still-here"), idle: page.timing.idle, warning: page.timing.warning,
  onWarn: (n) => { $("idle-words").textContent = say("idle", { n }); },
  onOver: startOver,
});

$("begin").addEventListener("click", () => show("question"));
$("skip").addEventListener("click", () => { delete sheet.scores[questions[at].element]; forward(); });
$("about-skip").addEventListener("click", () => show("remark"));
$("send").addEventListener("click", send);
$("end-action").addEventListener("click", (event) => {
  if (ended[1] === "none_answered") { event.preventDefault(); show("question"); } else if (KIOSK) { event.preventDefault(); startOver(); }
});
for (const button of document.querySelectorAll("[data-do=back]")) button.addEventListener("click", back);
for (const button of $("languages").children) button.addEventListener("click", () => { setLanguage(button.dataset.language); render(); });

setLanguage(page.language);
if (KIOSK) {
  listen(scanned); // on any screen: the next visitor need not wait until the last one's has timed out
  $("scan-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const token = tokenOf($("scan-field").value);
    $("scan-field").value = "";
    scanned(token);
  });
  show("scan");
} else {
  forget(page.token);
  ANSWERS[page.survey]();
}
