// The states in which nothing can be chosen: no server, closed, asking, refused.

import { sections } from "./choices.js";

/** {key, icon, title, text or when, actions} when a sentence takes the place of the tiles, else null.
 *  cut: the connection has been gone for longer than a blink; wished: a ticket is being asked for. */
export function message({ view, picture, cut, wished, start: act, again: retry }) {
  const start = { word: "to_start", act };
  const again = { word: "try_again", primary: true, act: retry };
  if (cut) {
    return { key: "offline", icon: "cloud-off", wrong: true, title: "offline", text: wished ? "offline_sent" : "offline_help", actions: [] };
  }
  if (view.name === "sending") return { key: "sending", icon: "ticket", title: "sending", actions: [] };
  if (view.name === "refused") {
    const known = { quota_reached: "full", service_closed: "service_closed" }[view.code];
    if (known) return { key: "refused", icon: "ban", title: known, text: "full_help", actions: [{ ...start, primary: true }] };
    if (view.code !== "hall_closed") {
      return { key: "refused", icon: "triangle-alert", wrong: true, title: "not_issued", text: "not_issued_help", actions: [start, again] };
    }
  }
  if (!picture) return { key: "starting", icon: "hourglass", title: "starting", actions: [] };
  if (picture.hall?.state === "closed" || view.code === "hall_closed") {
    return { key: "closed", icon: "door-closed", title: "closed", when: picture.hall?.reopens, text: "closed_help", actions: [] };
  }
  if (!sections(picture).length) return { key: "empty", icon: "inbox", title: "nothing_here", text: "closed_help", actions: [] };
  return null;
}
