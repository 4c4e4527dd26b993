// The kiosk: which screen is shown, what a touch does, and one intent = one request id = one ticket.

import { requestId } from "/static/js/http.js";
import { icon } from "/static/js/icons.js";
import { connect } from "/static/js/live.js";
import { clock, currentLanguage, page, pick, say, setLanguage } from "/static/js/words.js";
import { choices, sections, serviceTile } from "./choices.js";
import { $, Grid, fillSentences, notice, setText } from "./dom.js";
import { watchIdle } from "./idle.js";
import { Search } from "./search.js";
import { canSpeak, hush, onVoices, speak } from "./sound.js";
import { message } from "./states.js";
import { TicketScreen } from "./ticket.js";

const PATIENCE = 1500; // a connection that blinks for less than this is not worth a word
const MEMORY = 60000; // an unanswered wish older than this belongs to a visitor who has left

let picture = null;
let online = null;
let lostAt = performance.now();
let view = { name: "home", page: 0 };
let intent = null; // {id, service, priority, at, unsure}: the ticket being asked for
let shownKey = "";

const live = connect({
  audience: "kiosk",
  onSnapshot(fresh) {
    picture = fresh;
    render();
  },
  onState(state) {
    online = state.online;
    document.body.classList.toggle("offline", !online);
    if (online && intent?.unsure) ask();
    if (!online) {
      lostAt = performance.now();
      setTimeout(render, PATIENCE + 50);
    }
    render();
  },
  onLeave: () => setTimeout(() => location.reload(), 3000),
});

const grid = new Grid($("tiles"), choose);
const search = new Search(serviceTile, choose);
const ticketScreen = new TicketScreen(page.timing, reset);

// ---- what a touch does

function choose(item) {
  if (!item) return;
  if (item.next !== undefined) go({ ...view, page: item.next });
  else if (item.priority !== undefined) want(view.service, item.priority);
  else if (item.disabled) cannot(item);
  else if (item.service) go({ name: "priority", service: item.service, from: view });
  else if (item.section.services.length === 1 && item.section.services[0].state === "open") {
    go({ name: "priority", service: item.section.services[0], from: view });
  } else go({ name: "services", section: item.section.id, page: 0, from: view });
}

function cannot({ service, sideIcon }) {
  explain(sideIcon, say(service.state === "full" ? "full" : "service_closed"), say("full_help"));
}

function back() {
  if (view.page > 0) go({ ...view, page: view.page - 1 });
  else go(view.from || { name: "home", page: 0 });
}

// ---- asking for the ticket

function want(service, priority) {
  if (intent) return; // a second tap, while the first is on its way
  intent = { id: requestId(), service, priority, at: performance.now(), unsure: false };
  go({ name: "sending", from: { name: "priority", service, from: view.from } });
  ask();
}

async function ask() {
  const mine = intent;
  if (performance.now() - mine.at > MEMORY) return void giveUp(mine);
  mine.unsure = false;
  const params = { service_id: mine.service.id, priority: mine.priority, language: currentLanguage() };
  mine.params ??= params; // the same words on every repeat of the same request
  try {
    const answer = await live.command("issue", mine.params, mine.id);
    if (intent !== mine) return;
    intent = null;
    ticketScreen.open(answer.ticket, picture?.printer?.state);
    go({ name: "ticket" });
    setText($("said"), ticketScreen.sentence());
  } catch (refusal) {
    if (intent !== mine) return;
    if (refusal.code === "offline" && (refusal.sent || mine.sent)) {
      mine.sent = true;
      mine.unsure = true; // perhaps issued: asked again with the same id when the connection is back
      render();
      if (online) setTimeout(() => intent === mine && mine.unsure && ask(), 500);
    } else if (refusal.code === "offline") giveUp(mine);
    else {
      intent = null;
      go({ name: "refused", code: refusal.code, from: view.from });
    }
  }
}

function giveUp(mine) {
  if (intent !== mine) return;
  intent = null;
  go(view.from || { name: "home", page: 0 });
}

// ---- screens

function go(next) {
  view = next;
  setText($("said"), "");
  hush();
  render(true);
}

function render(moved = false) {
  renderTop();
  const cut = online === false && performance.now() - lostAt >= PATIENCE;
  const facts = { view, picture, cut, wished: intent !== null, start: reset, again: () => go(view.from) };
  const about = view.name === "ticket" ? null : message(facts);
  const name = about ? "message" : view.name === "ticket" ? "ticket" : view.name === "search" ? "search-screen" : "choices";
  for (const screen of document.querySelectorAll(".screen")) screen.hidden = screen.id !== name;
  renderBottom(about);
  renderNotices(about);
  if (about) showMessage(about);
  else if (name === "ticket") ticketScreen.show();
  else if (name === "search-screen") search.show(sections(picture));
  else showChoices();
  const key = `${name} ${about?.key ?? view.name}`;
  if (moved || key !== shownKey) focusScreen(name, key !== shownKey || moved);
  shownKey = key;
}

function focusScreen(name, moved) {
  if (!moved || !shownKey || document.querySelector("dialog[open]")) return;
  if (name === "search-screen") $("query").focus();
  else $(name).querySelector("h1").focus({ preventScroll: true });
}

function renderTop() {
  if (picture) setText($("office"), pick(picture.office.name));
  if (picture) setText($("clock"), clock(live.now(), picture.office.timezone));
  const language = currentLanguage();
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
  $("larger").setAttribute("aria-pressed", String(document.documentElement.classList.contains("large")));
  $("listen").hidden = !canSpeak(language);
}

function renderBottom(about) {
  const choosing = !about && ["home", "services", "priority", "search"].includes(view.name);
  const first = view.name === "home" && !view.page;
  $("back").hidden = !choosing || first;
  $("search").hidden = !choosing || view.name === "search" || view.name === "priority";
  $("officer").hidden = online === false || view.name === "search";
  $("complaints").hidden = view.name !== "home" || Boolean(view.page) || ["sending", "refused"].includes(about?.key);
  $("bottom").hidden = view.name === "ticket";
}

function renderNotices(about) {
  const list = [];
  if (!about && view.name !== "ticket" && view.name !== "search" && picture) {
    const { hall, printer } = picture;
    if (hall?.state === "break") list.push(["now", "coffee", hall.until ? say("break", { time: hall.until }) : say("on_break")]);
    if (printer?.state === "paper_out") list.push(["now", "printer", say("printer_out_home")]);
    else if (["cover_open", "offline", "unknown"].includes(printer?.state)) list.push(["now", "printer", say("printer_down_home")]);
  }
  const key = JSON.stringify(list);
  if ($("notices").dataset.key === key) return;
  $("notices").dataset.key = key;
  $("notices").replaceChildren(...list.map((one) => notice(...one)));
}

function showMessage(about) {
  const [title, text] = [$("message").querySelector("h1"), $("message").querySelector(".lead")];
  const sentence = about.when ? say("reopens", { when: pick(about.when) }) : about.text ? say(about.text) : "";
  setText(title, say(about.title));
  setText(text, sentence);
  text.hidden = !sentence;
  const key = `${about.key} ${about.icon} ${currentLanguage()} ${view.code || ""}`;
  if ($("message").dataset.key === key) return;
  $("message").dataset.key = key;
  $("message-mark").className = about.wrong ? "mark wrong" : "mark";
  $("message-mark").replaceChildren(icon(about.icon));
  $("message-actions").replaceChildren(...about.actions.map(({ word, primary, act }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = primary ? "button primary" : "button";
    button.textContent = say(word);
    button.addEventListener("click", (event) => event.detail < 2 && act());
    return button;
  }));
}

function showChoices() {
  const section = view.name === "services" && sections(picture).find((one) => one.id === view.section);
  if (view.name === "services" && !section) return void setTimeout(() => go({ name: "home", page: 0 }));
  const only = view.name === "home" && sections(picture).length === 1;
  const title = { home: only ? "choose_service" : "welcome", services: "choose_service", priority: "choose_priority" }[view.name];
  const where = section ? pick(section.name) : view.name === "priority" ? pick(view.service.name) : "";
  setText($("where"), where);
  $("where").hidden = !where;
  setText($("question"), say(title));
  grid.show(choices(view, picture), { two: view.name === "priority" });
}

// ---- language, size, help, rest

function setSize(large) {
  document.documentElement.classList.toggle("large", large);
  render();
}

function useLanguage(code) {
  setLanguage(code);
  fillSentences();
  hush();
  if ($("note").open) $("note").close();
  render();
}

function atRest() {
  if (view.name === "ticket" || intent) return true; // these end by themselves
  const plain = currentLanguage() === "id" && !document.documentElement.classList.contains("large");
  return plain && view.name === "home" && !view.page && !$("note").open;
}

function reset() {
  intent = null;
  if (ticketScreen.ticket) ticketScreen.close();
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  search.clear();
  document.documentElement.classList.remove("large");
  view = { name: "home", page: 0 };
  useLanguage("id");
  render(true);
}

function explain(name, title, text) {
  $("note-mark").replaceChildren(icon(name));
  setText($("note-title"), title);
  setText($("note-text"), text);
  if (!$("note").open) $("note").showModal();
}

async function callOfficer() {
  $("officer").setAttribute("aria-busy", "true");
  try {
    await live.command("assist", {});
    explain("headset", say("officer_coming"), say("officer_coming_help"));
  } catch {
    explain("headset", say("officer_failed"), say("officer_failed_help"));
  }
  $("officer").removeAttribute("aria-busy");
}

/** To the page for complaints, but only when the server answers: a browser's error page has no way back. */
async function complain() {
  $("complaints").setAttribute("aria-busy", "true");
  try {
    const answer = await fetch("/health", { cache: "no-store", signal: AbortSignal.timeout(4000) });
    if (answer.ok) return location.assign(`/complaints/?at=kiosk&language=${currentLanguage()}`);
  } catch {
    // said below
  }
  $("complaints").removeAttribute("aria-busy");
  explain("message-square-warning", say("complaints"), say("complaints_help"));
}

function spokenScreen() {
  if (view.name === "ticket") return `${ticketScreen.sentence()} ${$("paper").textContent}`;
  const shown = document.querySelector(".screen:not([hidden])");
  return [...shown.querySelectorAll("h1, .lead:not([hidden]), .tile-name")].map((one) => one.textContent).join(". ");
}

const on = (id, act) => $(id).addEventListener("click", (event) => event.detail < 2 && act());
on("back", back);
on("search", () => {
  search.clear();
  go({ name: "search", from: view });
});
on("officer", () => $("officer").getAttribute("aria-busy") || callOfficer());
on("complaints", () => $("complaints").getAttribute("aria-busy") || complain());
on("note-close", () => $("note").close());
on("larger", () => setSize(!document.documentElement.classList.contains("large")));
on("listen", () => speak(spokenScreen(), currentLanguage()));
$("languages").addEventListener("click", (event) => {
  const button = event.target.closest("[data-language]");
  if (button) useLanguage(button.dataset.language);
});
addEventListener("resize", () => render());
document.addEventListener("contextmenu", (event) => event.preventDefault());
setInterval(() => {
  renderTop();
  if (intent?.unsure && performance.now() - intent.at > MEMORY) giveUp(intent);
}, 1000);

watchIdle(page.timing, atRest, reset);
onVoices(renderTop);
fillSentences();
document.fonts?.ready.then(() => render());
render();
