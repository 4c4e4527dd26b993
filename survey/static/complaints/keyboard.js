// Letters for a screen without a keyboard: three rows of large keys, letters or digits and signs. Kiosk only.
//
//   const keys = makeKeyboard(container, field);   keys.translate() after a change of language

import { icon } from "/static/js/icons.js";
import { say } from "/static/js/words.js";

const LETTERS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
const SIGNS = ["1234567890", "@.,?!'-/(", ")_:;+&%"];

export function makeKeyboard(container, field) {
  let signs = false;

  function type(text) {
    const { selectionStart: from, selectionEnd: to, value, maxLength } = field;
    const begins = field.tagName === "TEXTAREA" && /(^|[.?!]\s+)$/.test(value.slice(0, from));
    const typed = begins ? text.toUpperCase() : text; // sentences begin large by themselves
    if (value.length - (to - from) + typed.length > maxLength) return;
    field.setRangeText(typed, from, to, "end");
    changed();
  }

  function erase() {
    const { selectionStart: from, selectionEnd: to } = field;
    field.setRangeText("", from === to ? Math.max(0, from - 1) : from, to, "end");
    changed();
  }

  function changed() {
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.scrollTop = field.scrollHeight;
  }

  function key(content, act, className = "") {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `button ${className}`.trim();
    button.append(content);
    button.addEventListener("click", act);
    return button;
  }

  function render() {
    const [first, second, third] = (signs ? SIGNS : LETTERS).map((row) => [...row].map((char) => key(char, () => type(char))));
    const back = key(icon("delete"), erase, "erase");
    back.setAttribute("aria-label", say("erase"));
    const turn = key(signs ? "ABC" : "?123", () => {
      signs = !signs;
      render();
      container.querySelector(".turn").focus();
    }, "turn small-word");
    turn.setAttribute("aria-label", `${signs ? "ABC" : "?123"} - ${say(signs ? "letters" : "digits")}`);
    container.replaceChildren(...first, ...second, back, ...third, key(say("space"), () => type(" "), "wide space"), turn);
    container.setAttribute("aria-label", say("keyboard"));
  }

  return {
    translate: render,
    show(digits) {
      signs = digits;
      render();
    },
  };
}
