// Requests by HTTP, for what does not go over the websocket.
//
//   import { post, get, requestId } from "/static/js/http.js";
//   await post("/survey/answer", {request_id: requestId(), ...})   adds X-CSRFToken (page.csrf)
//
// Both resolve with the JSON answer and reject with a Refusal: {code, message, status}.
// code "offline" = the server was not reached or did not answer in time; nothing is known about the effect,
// so send again with the same request_id.

import { page } from "./words.js";

export class Refusal extends Error {
  constructor({ code, message = "", ...rest }) {
    super(message || code);
    this.name = "Refusal";
    Object.assign(this, rest, { code, message });
  }
}

/** 32 hex digits. (crypto.randomUUID is missing on plain http, which a local network may use.) */
export function requestId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

export function post(url, body = {}, timeout = 8000) {
  return ask(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": page.csrf || "" },
    body: JSON.stringify(body),
  }, timeout);
}

export function get(url, timeout = 8000) {
  return ask(url, {}, timeout);
}

async function ask(url, options, timeout) {
  let response;
  let answer = null;
  try {
    response = await fetch(url, {
      credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(timeout), ...options,
      headers: { Accept: "application/json", ...options.headers },
    });
    const text = await response.text();
    if ((response.headers.get("Content-Type") || "").includes("json")) answer = JSON.parse(text);
  } catch {
    throw new Refusal({ code: "offline" });
  }
  if (!response.ok || answer?.ok === false) {
    throw new Refusal({ code: "unexpected", status: response.status, ...(answer?.error || {}) });
  }
  return answer;
}
