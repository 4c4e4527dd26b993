// Runs in the page: what is cut off, and what a finger cannot hit. See looks.py.

const openDialog = document.querySelector("dialog[open]");
const CHECKED = "button, a, .tile, .tile-name, .tile-note, h1, h2, h3, p, dt, dd, th, td, label, .badge, .notice, li, b";
const ROLLS = ["auto", "scroll"];
const CLIPS = ["hidden", "clip"];

function ancestors(one) {
  const found = [];
  for (let up = one.parentElement; up; up = up.parentElement) found.push(up);
  return found;
}

/** Shown, with a size, not behind an open dialog, not clipped away as a whole. */
function seen(one) {
  const box = one.getBoundingClientRect();
  if (!box.width || !box.height || one.closest(".visually-hidden, .skip")) return false;
  if (!one.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
  if (openDialog && !openDialog.contains(one)) return false;
  return !ancestors(one).some((up) => {
    const around = up.getBoundingClientRect();
    return CLIPS.includes(getComputedStyle(up).overflowY) && (box.top >= around.bottom - 1 || box.bottom <= around.top + 1);
  });
}

const rolled = (one) => ancestors(one).some((up) => {
  const style = getComputedStyle(up);
  return ROLLS.includes(style.overflowX) || ROLLS.includes(style.overflowY);
});

function name(one) {
  const words = one.textContent.trim().replace(/\s+/g, " ").slice(0, 60);
  return `${one.tagName.toLowerCase()}${one.id ? `#${one.id}` : ""}.${one.className} "${words}"`;
}

function cutOff(scrolls) {
  const root = document.documentElement;
  const wrong = [];
  if (root.scrollWidth > innerWidth) wrong.push(`the page is ${root.scrollWidth} px wide`);
  if (!scrolls && root.scrollHeight > innerHeight) wrong.push(`the page scrolls: ${root.scrollHeight} px high`);
  for (const one of [...document.querySelectorAll(CHECKED)].filter(seen)) wrong.push(...cutOffIn(one, scrolls));
  return wrong;
}

function cutOffIn(one, scrolls) {
  const wrong = [];
  const box = one.getBoundingClientRect();
  const free = !rolled(one);
  const style = getComputedStyle(one);
  const inline = style.display === "inline";
  if (free && !inline && one.scrollWidth > one.clientWidth + 1) wrong.push(`is ${one.scrollWidth} px wide in ${one.clientWidth}`);
  const high = one.matches("button, .tile, .badge") || CLIPS.includes(style.overflowY);
  if (high && !inline && one.scrollHeight > one.clientHeight * 1.05 + 2) wrong.push(`is ${one.scrollHeight} px high in ${one.clientHeight}`);
  if (free && (box.right > innerWidth + 1 || box.left < -1)) wrong.push(`reaches to ${Math.round(box.right)} px`);
  if (free && !scrolls && (box.bottom > innerHeight + 1 || box.top < -1)) wrong.push(`ends at ${Math.round(box.bottom)} px`);
  for (const up of ancestors(one).filter((up) => free && !scrolls && CLIPS.includes(getComputedStyle(up).overflowY))) {
    const around = up.getBoundingClientRect();
    if (box.bottom > around.bottom + 2) wrong.push(`is cut off at the foot of ${name(up)}`);
  }
  return wrong.map((what) => `${name(one)} ${what}`);
}

function tooSmallOrTooClose([tall, near]) {
  const wrong = [];
  const targets = [...document.querySelectorAll("button, a, input, select, textarea, summary")].filter(seen);
  const boxes = targets.map((one) => one.getBoundingClientRect());
  targets.forEach((one, i) => {
    const a = boxes[i];
    if (a.height < tall - 0.5) wrong.push(`${name(one)} is only ${a.height.toFixed(1)} px high`);
    for (let j = i + 1; j < targets.length; j += 1) {
      const b = boxes[j];
      const apart = Math.max(a.left - b.right, b.left - a.right, a.top - b.bottom, b.top - a.bottom);
      if (apart < near - 0.5) wrong.push(`${name(one)} and ${name(targets[j])} are only ${apart.toFixed(1)} px apart`);
    }
  });
  return wrong;
}
