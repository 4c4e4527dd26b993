// The four answers of a question, in a row of equal width: face, word, and a mark on the one that was chosen.
//
//   fill(container, question, chosen, onChoose)    question = {answers: [{value, text}]}; onChoose(value, event)
//   press(container, value)                        shows which one is chosen

import { icon } from "/static/js/icons.js";
import { face } from "./faces.js";
import { tell } from "./texts.js";

export function fill(container, question, chosen, onChoose) {
  container.replaceChildren(...question.answers.map(({ value, text }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "answer";
    button.dataset.value = value;
    const word = tell(document.createElement("span"), text);
    word.className = "answer-word";
    button.append(face(value), word, icon("circle-check", "tick"));
    button.addEventListener("click", (event) => onChoose(value, event));
    return button;
  }));
  press(container, chosen);
}

export function press(container, value) {
  for (const button of container.children) button.setAttribute("aria-pressed", Number(button.dataset.value) === value);
}
