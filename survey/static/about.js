// The respondent block: one trait a screen, each optional, a tap answers and goes on.
//
//   showTrait({title, options}, trait, chosen, onAnswer)

import { tell } from "./texts.js";

export function showTrait({ title, options }, trait, chosen, onAnswer) {
  tell(title, trait.label);
  options.replaceChildren(...trait.options.map((option) => {
    const button = tell(document.createElement("button"), option.text);
    button.type = "button";
    button.className = "option";
    button.setAttribute("aria-pressed", chosen === option.code);
    button.addEventListener("click", (event) => {
      if (event.detail > 1) return; // the second half of a double tap
      onAnswer(option.code);
    });
    return button;
  }));
}
