// The ticket on the screen: number, QR, place in the queue, and what became of the paper. Clears itself.

import { get } from "/static/js/http.js";
import { icon } from "/static/js/icons.js";
import { pick, say } from "/static/js/words.js";
import { $, setText } from "./dom.js";

const POLL = 700;
const PATIENCE = 10000; // printing takes 2-3 s; after this the paper is not coming soon

// paper state -> [sentence, icon, kind]
const SENTENCES = {
  pending: ["printing", "printer", "info"],
  confirmed: ["take_paper", "printer-check", "good"],
  sent: ["take_or_photo", "printer", "good"],
  late: ["not_printed", "camera", "now"],
  paper_out: ["paper_out", "camera", "now"],
  broken: ["printer_down", "camera", "now"],
  none: ["no_printer", "camera", "info"],
};
const NEEDS_PHOTO = ["late", "paper_out", "broken", "none"];

export class TicketScreen {
  /** timing: {ticket, photograph, longer} seconds; onDone(): the visitor is finished. */
  constructor(timing, onDone) {
    this.timing = timing;
    this.onDone = onDone;
    $("done").addEventListener("click", (event) => event.detail < 2 && this.close());
    $("longer").addEventListener("click", () => {
      this.until += timing.longer * 1000;
      this.tick();
    });
  }

  open(ticket, printer) {
    this.ticket = ticket;
    this.since = performance.now();
    this.until = this.since + this.timing.ticket * 1000;
    this.paper = "pending";
    this.photo = false;
    const code = $("qr");
    code.hidden = false;
    code.onerror = () => (code.hidden = true);
    code.src = `/t/${encodeURIComponent(ticket.token)}/qr.svg`;
    this.learn({ state: printer === "none" ? "none" : "pending", printer });
    this.timer = setInterval(() => this.tick(), 250);
    this.poll(ticket);
  }

  close() {
    if (!this.ticket) return;
    clearInterval(this.timer);
    this.ticket = null;
    $("qr").removeAttribute("src");
    setText($("said"), "");
    this.onDone();
  }

  async poll(ticket) {
    while (this.ticket === ticket && this.paper === "pending") {
      await new Promise((resolve) => setTimeout(resolve, POLL));
      const paper = await get(`/kiosk/paper/${encodeURIComponent(ticket.token)}`, 2000).catch(() => null);
      if (this.ticket !== ticket) return;
      if (paper) this.learn(paper);
      if (this.paper === "pending" && performance.now() - this.since > PATIENCE) this.learn({ state: "late" });
    }
  }

  learn({ state, printer }) {
    const dead = { paper_out: "paper_out", cover_open: "broken", offline: "broken", error: "broken" }[printer];
    if (state === "failed" || (state === "pending" && dead)) state = dead || "broken";
    this.paper = SENTENCES[state] ? state : "pending";
    if (NEEDS_PHOTO.includes(this.paper) && !this.photo) {
      this.photo = true;
      this.until = Math.max(this.until, performance.now() + this.timing.photograph * 1000);
    }
    this.show();
  }

  tick() {
    const left = Math.ceil((this.until - performance.now()) / 1000);
    if (left <= 0) this.close();
    else setText($("clears"), say("clears", { n: left }));
  }

  estimate() {
    const range = this.ticket.estimate;
    if (!range) return "";
    const [low, high] = range;
    return low > 0 ? say("range_minutes", { low, high }) : say("under_minutes", { high });
  }

  /** The whole ticket in words, for screen readers and the listen button. */
  sentence() {
    const { number, ahead } = this.ticket;
    const place = ahead > 0 ? say("said_ahead", { number, n: ahead }) : say("said_next", { number });
    const estimate = this.estimate();
    return estimate ? `${place} ${say("said_estimate", { estimate })}` : place;
  }

  show() {
    if (!this.ticket) return;
    const { ticket } = this;
    setText($("number"), ticket.number);
    $("number").style.setProperty("--characters", Math.max(4, ticket.number.length));
    setText($("ticket-service"), pick(ticket.service));
    $("ticket-priority").hidden = !ticket.priority;
    $("qr").alt = say("qr");
    const facts = [ticket.ahead > 0 ? ["ahead_label", say("people", { n: ticket.ahead })] : ["place_label", say("place_next")]];
    if (this.estimate()) facts.push(["estimate_label", this.estimate()]);
    $("facts").replaceChildren(...facts.map(([label, value]) => fact(say(label), value)));
    const [sentence, name, kind] = SENTENCES[this.paper];
    const box = $("paper");
    box.className = `paper notice ${kind}`;
    const text = document.createElement("p");
    text.textContent = say(sentence);
    if (box.textContent !== text.textContent) box.replaceChildren(icon(name), text);
    this.tick();
  }
}

function fact(label, value) {
  const box = document.createElement("div");
  const term = document.createElement("dt");
  const detail = document.createElement("dd");
  term.textContent = label;
  detail.textContent = value;
  box.append(term, detail);
  return box;
}
