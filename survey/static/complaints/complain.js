// Complaints and suggestions: which screen is shown, what a touch does; one message = one request id.

import { post, requestId } from "/static/js/http.js";
import { icon } from "/static/js/icons.js";
import { currentLanguage, page, pick, say, setLanguage } from "/static/js/words.js";
import { watch } from "../idle.js";
import { goHome } from "./home.js";
import { makeKeyboard } from "./keyboard.js";

const $ = (id) => document.getElementById(id);
const KIOSK = page.kiosk;
const FIRST = "kind";

let sheet = fresh();
let screen = FIRST;
let section = null; // the section whose services are shown
let trail = []; // the [screen, section] behind, for "back"
let unsure = false; // sent, and nothing is known about it: nothing may change until it is sent again
let busy = false;
let made = null;

function fresh() {
  return { request_id: requestId(), office: page.office, kind: "", category: "", text: "", contact: "", service_id: null, meant: false, kiosk: KIOSK };
}

// --- screens ---------------------------------------------------------------------------------------------------------

function show(name, within = null) {
  trail.push([screen, section]);
  turnTo(name, within);
}

function turnTo(name, within = null) {
  [screen, section] = [name, within];
  render();
  const heading = $(name).querySelector("h1");
  if (name === "text" && KIOSK) $("words").focus();
  else if (name === "contact" && KIOSK) $("reach").focus();
  else heading.focus({ preventScroll: true });
  if (!KIOSK) scrollTo(0, 0);
  idle?.run(screen !== "end"); // which ends by itself
}

function render() {
  for (const one of document.querySelectorAll(".screen")) one.hidden = one.id !== screen;
  for (const one of document.querySelectorAll("[data-say]")) one.textContent = say(one.dataset.say);
  for (const button of $("languages").children) {
    button.setAttribute("aria-pressed", String(button.dataset.language === currentLanguage()));
  }
  document.title = say("title");
  FILL[screen]?.();
  renderBottom();
}

const FILL = {
  kind: () => tiles($("kinds"), page.kinds.map(([key, sign]) => ({
    key, icon: sign, name: say(`kind_${key}`), note: say(`kind_${key}_note`), chosen: sheet.kind === key,
    pick: () => { sheet.kind = key; show("category"); },
  }))),
  category: () => tiles($("categories"), page.categories.filter(([key]) => key !== "integrity" || sheet.kind !== "praise").map(([key, sign]) => ({
    key, icon: sign, name: say(`category_${key}`), chosen: sheet.category === key, away: key === "integrity",
    note: key === "integrity" ? say("category_integrity_note") : "",
    pick: () => chooseCategory(key),
  }))),
  service: fillServices,
  text: fillText,
  contact: fillContact,
  outside: fillOutside,
  end: fillEnd,
};

function chooseCategory(key) {
  if (key === "integrity") return show("outside"); // nothing of it is kept, not even the choice
  sheet.category = key;
  show("service");
}

function fillServices() {
  const none = { key: "none", icon: "minus", name: say("service_none"), pick: () => chooseService(null) };
  const sections = page.sections.map((one, n) => ({
    key: `s${n}`, icon: one.icon, name: pick(one.name), pick: () => show("service", n),
  }));
  const services = section === null ? [] : page.sections[section].services.map((one) => ({
    key: one.id, icon: page.sections[section].icon, name: pick(one.name), chosen: sheet.service_id === one.id, pick: () => chooseService(one.id),
  }));
  tiles($("services"), section === null ? [...sections, none] : [...services, none]);
}

function chooseService(id) {
  sheet.service_id = id;
  show("text");
}

function fillText() {
  const special = ["praise", "question"].includes(sheet.kind) ? `text_title_${sheet.kind}` : "text_title";
  $("text-title").textContent = say(special);
  fillCount();
  keys?.text.translate();
}

function fillCount() {
  const left = page.limits.text - $("words").value.length;
  $("left").textContent = left < 300 ? say("left", { n: left }) : "";
}

function fillContact() {
  $("contact-help").textContent = say("contact_help", page.contact);
  keys?.contact.translate();
}

function fillOutside() {
  $("channels").replaceChildren(...page.outside[currentLanguage()].map((one) => {
    const li = document.createElement("li");
    const image = document.createElement("img");
    Object.assign(image, { src: one.qr, width: 180, height: 180, alt: `QR: ${one.address}` });
    const words = document.createElement("div");
    const name = element("span", "channel-name", one.name);
    const address = element(KIOSK ? "span" : "a", "channel-address", one.address);
    if (!KIOSK) Object.assign(address, { href: one.url, rel: "noreferrer" });
    words.append(name, address, element("p", "", one.note));
    li.append(image, words);
    return li;
  }));
}

function fillEnd() {
  $("number").textContent = made.number;
  $("end-by").textContent = made.answer_by ? say("end_by", { date: made.answer_by }) : say("end_praise");
  Object.assign($("end-qr"), { src: made.qr, alt: made.url });
  if ($("end-link")) $("end-link").href = new URL(made.url).pathname;
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

function tiles(list, items) {
  list.replaceChildren(...items.map((item) => {
    const li = document.createElement("li");
    const tile = document.createElement("button");
    tile.type = "button";
    tile.className = item.away ? "tile away" : "tile";
    tile.dataset.key = item.key;
    if (item.chosen) tile.setAttribute("aria-current", "true");
    const words = element("span", "tile-words", "");
    words.append(element("span", "tile-name", item.name));
    if (item.note) words.append(element("span", "tile-note", item.note));
    tile.append(icon(item.icon), words);
    tile.addEventListener("click", (event) => event.detail < 2 && item.pick());
    li.append(tile);
    return li;
  }));
}

// --- back, next, send ------------------------------------------------------------------------------------------------

function renderBottom() {
  const word = screen === "text" ? "next" : screen === "contact" ? (busy ? "sending" : unsure ? "again" : $("reach").value.trim() ? "send" : "send_without")
    : screen === "end" ? "done" : "";
  $("next").hidden = !word || (screen === "end" && !KIOSK);
  $("next-word").textContent = word && say(word);
  $("next").disabled = busy;
  $("back").hidden = (!trail.length && !KIOSK) || unsure || busy || screen === "end";
  if (KIOSK) {
    $("start").hidden = screen === FIRST || screen === "end" || screen === "text";
    $("on-phone").hidden = !["kind", "text"].includes(screen);
  }
}

function back() {
  if (trail.length) turnTo(...trail.pop());
  else if (KIOSK) leave();
}

function next() {
  if (screen === "end") return leave();
  if (screen === "contact") return send();
  sheet.text = $("words").value;
  if (sheet.text.trim().length < page.limits.shortest) {
    $("left").textContent = say("text_short");
    return $("words").focus();
  }
  show("contact");
}

async function send() {
  if (busy) return;
  sheet.contact = $("reach").value.trim();
  busy = true;
  $("send-error").hidden = true;
  renderBottom();
  const sent = sheet;
  try {
    made = await post("/complaints/", sent);
    if (sent === sheet) ended();
  } catch (refusal) {
    if (sent === sheet) refused(refusal);
  }
  busy = false;
  renderBottom();
}

function ended() {
  unsure = false;
  clear();
  trail = [];
  turnTo("end");
  if (KIOSK) endTimer = setTimeout(leave, page.timing.end * 1000);
}

function refused(refusal) {
  unsure = refusal.code === "offline" || refusal.code === "busy";
  if (refusal.code === "point_outside") return show("pointer");
  const words = refusal.code === "offline" ? `${say("offline")} ${say("offline_help")}` : `${say("refused")} ${refusal.message}`;
  $("reach").disabled = unsure;
  $("send-error").hidden = false;
  $("send-error").lastElementChild.textContent = words;
  if (screen !== "contact") show("contact");
  $("send-error").scrollIntoView({ block: "nearest" });
}

function clear() {
  sheet = fresh();
  $("words").value = "";
  $("reach").value = "";
  $("reach").disabled = false;
}

let endTimer = null;

/** The kiosk: back to where the visitor came from, with nothing left behind. */
function leave() {
  clearTimeout(endTimer);
  clear();
  goHome(page.home, $("lost"));
}

// --- wiring ----------------------------------------------------------------------------------------------------------

const keys = KIOSK ? { text: makeKeyboard($("text-keys"), $("words")), contact: makeKeyboard($("contact-keys"), $("reach")) } : null;
keys?.contact.show(true);
const idle = KIOSK ? watch({
  dialog: $("idle"), button: $("still-here"), idle: page.timing.idle, warning: page.timing.warning,
  onWarn: (n) => { $("idle-words").textContent = say("idle", { n }); },
  onOver: leave,
}) : null;
const on = (id, act) => $(id)?.addEventListener("click", (event) => event.detail < 2 && act());

$("back").addEventListener("click", back); // twice in a row is meant
on("next", next);
on("start", leave);
on("pointer-show", () => show("outside"));
on("pointer-meant", () => {
  sheet.meant = true;
  turnTo(...trail.pop()); // to the contact, from which it was sent
  send();
});
on("on-phone", () => $("phone").showModal());
on("phone-close", () => $("phone").close());
$("words").addEventListener("input", () => {
  sheet.meant = false;
  fillCount();
});
$("reach").addEventListener("input", renderBottom);
for (const button of $("languages").children) {
  button.addEventListener("click", () => {
    setLanguage(button.dataset.language);
    if (!KIOSK) post("/language", { language: currentLanguage() }).catch(() => null); // the next page speaks it too
    render();
  });
}

setLanguage(page.language);
render();
idle?.run(true); // somebody may open it and walk away
