// Nobody there: asks, then starts over, so that nothing is left for the next visitor. Kiosk only.
//
//   const idle = watch({dialog, button, idle: 35, warning: 10, onWarn(secondsLeft), onOver()});
//   idle.run(true) while there is something to lose

export function watch({ dialog, button, idle, warning, onWarn, onOver }) {
  let running = false;
  let timer = null;

  function restart() {
    clearTimeout(timer);
    if (dialog.open) dialog.close();
    if (running) timer = setTimeout(() => warn(warning), idle * 1000);
  }

  function warn(left) {
    if (left <= 0) { run(false); return onOver(); }
    onWarn(left);
    if (!dialog.open) dialog.showModal();
    timer = setTimeout(() => warn(left - 1), 1000);
  }

  function run(yes) {
    running = yes;
    restart();
  }

  for (const name of ["pointerdown", "keydown", "input"]) {
    document.addEventListener(name, () => { if (running && !dialog.open) restart(); }, { passive: true, capture: true });
  }
  button.addEventListener("click", restart);
  dialog.addEventListener("close", () => { if (running) restart(); });
  return { run };
}
