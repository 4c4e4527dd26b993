// Sentences of the page that follow the language: tell(node, text) now, retell() all of them after a switch. Nodes stay
// the same, so that focus and place are kept. A text is {id, en}, or a function that returns the sentence.

import { pick } from "/static/js/words.js";

const told = new Map();
const sentence = (text) => (typeof text === "function" ? text() : pick(text));

export function tell(node, text) {
  told.set(node, text);
  node.textContent = sentence(text);
  return node;
}

export function retell() {
  for (const [node, text] of told) {
    if (node.isConnected) node.textContent = sentence(text);
    else told.delete(node);
  }
}
