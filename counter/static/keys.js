// One key for each action. Ignored while typing, with a modifier, when a key is held down, while a dialog is open.
// Letters can be switched off (WCAG 2.1.4); Space and Enter act only where no button or link has the focus.

const LETTERS = {
  b: "filed", r: "recall", t: "no_show", p: "park", l: "resume", x: "transfer", k: "recycle",
  c: "choose", n: "note", u: "reprint", a: "issue", i: "break", q: "leave",
};
const OFF = "counter.keys.off";

export const keysOn = () => localStorage.getItem(OFF) !== "1";
export const setKeys = (on) => (on ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1"));

export function startKeys(press) {
  document.addEventListener("keydown", (event) => {
    const action = actionOf(event);
    if (!action) return;
    event.preventDefault();
    press(action);
  });
  // After a click the focus would stay on what was clicked, and the space bar would press it again.
  document.addEventListener("click", (event) => {
    if (event.detail > 0 && !event.target.closest("dialog")) event.target.closest(".desk button, .desk summary")?.blur();
  });
}

function actionOf(event) {
  if (event.defaultPrevented || event.repeat || event.isComposing) return null;
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return null;
  if (document.querySelector("dialog[open]") || event.target.closest("input, textarea, select, [contenteditable]")) return null;
  if (event.key === " " || event.key === "Enter") {
    return event.target.closest("button, a, summary, .history") ? null : "primary";
  }
  return keysOn() ? LETTERS[event.key.toLowerCase()] : null;
}
