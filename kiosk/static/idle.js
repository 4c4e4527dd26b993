// Nobody touches the screen: ask with sound and words, then begin again for the next visitor.

import { say } from "/static/js/words.js";
import { $, setText } from "./dom.js";
import { beep } from "./sound.js";

/** timing: {idle, warning} in seconds; atRest(): nothing to clear, do not ask; reset(): back to the beginning. */
export function watchIdle(timing, atRest, reset) {
  const dialog = $("idle");
  let touched = performance.now();
  const touch = () => {
    touched = performance.now();
  };

  for (const kind of ["pointerdown", "keydown", "input"]) {
    document.addEventListener(kind, () => {
      if (!dialog.open) touch();
    }, { capture: true, passive: true });
  }

  $("still-here").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", touch);

  setInterval(() => {
    const quiet = (performance.now() - touched) / 1000;
    if (!dialog.open) {
      if (atRest()) touch();
      else if (quiet >= timing.idle) {
        setText($("idle-text"), say("idle", { n: timing.warning }));
        dialog.showModal();
        beep();
      }
      return;
    }
    const left = Math.ceil(timing.idle + timing.warning - quiet);
    if (left > 0) {
      setText($("idle-text"), say("idle", { n: left }));
      if (left === 3 && dialog.dataset.beeped !== "yes") {
        dialog.dataset.beeped = "yes";
        beep();
      }
      return;
    }
    dialog.close();
    reset();
  }, 250);
  dialog.addEventListener("close", () => delete dialog.dataset.beeped);
}
