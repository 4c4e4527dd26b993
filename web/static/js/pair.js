// Pairing: the key comes in the fragment of the address, which no server log ever sees, or is typed.

import { post } from "./http.js";

const form = document.getElementById("pair");
const error = document.getElementById("pair-error");
const key = new URLSearchParams(location.hash.slice(1)).get("key");

async function pair() {
  error.hidden = true;
  try {
    const answer = await post("/device/enter", { key: form.elements.key.value, next: form.elements.next.value });
    location.replace(answer.next);
  } catch (refusal) {
    error.hidden = false;
    error.lastElementChild.textContent = refusal.code === "offline" ? error.dataset.offline : refusal.message;
    form.elements.key.select();
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  pair();
});
if (key) {
  history.replaceState(null, "", location.pathname + location.search);
  form.elements.key.value = key;
  pair();
}
