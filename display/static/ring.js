// Sound, vibration and a screen that stays awake, where the phone allows them.
//
//   const ring = makeRing((on) => ...);  ring.toggle() inside a touch;  ring.ring();  ring.stayAwake(true)

import { makeChime } from "./chime.js";

const TIMES = 3;
const EVERY = 1800;
const PATTERN = [400, 200, 400, 200, 800];

export function makeRing(onChange) {
  let chime = null;
  let on = false;
  let lock = null;
  let wanted = false;

  async function toggle() {
    on = !on;
    onChange(on);
    if (!on) return;
    chime ??= makeChime(); // made inside the touch: only then may it sound later
    await chime.allow();
    chime.play(); // so that the visitor knows what to listen for
    navigator.vibrate?.(200);
  }

  function ring() {
    if (navigator.userActivation?.hasBeenActive !== false) navigator.vibrate?.(PATTERN); // refused, and logged, before a touch
    if (!on) return;
    for (let time = 0; time < TIMES; time += 1) setTimeout(() => chime.play(), time * EVERY);
  }

  async function stayAwake(yes) {
    wanted = yes;
    if (!yes) { lock?.release(); lock = null; return; }
    if (lock || document.hidden) return;
    try {
      lock = await navigator.wakeLock?.request("screen") ?? null;
      lock?.addEventListener("release", () => { lock = null; });
    } catch { /* battery low, or not allowed: the page says to keep it open */ }
  }
  document.addEventListener("visibilitychange", () => stayAwake(wanted));

  return { toggle, ring, stayAwake };
}
