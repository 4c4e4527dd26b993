// The largest letters that fit: a number of six characters and a counter with a long name are still read from 10 m.
//
//   fit(box, [[element, 440, 360, 320], [other, 210, 190, 160]])   box clips, sizes in units of the board

export function fit(box, parts) {
  const steps = Math.max(...parts.map(([, ...sizes]) => sizes.length));
  for (let step = 0; step < steps; step += 1) {
    for (const [element, ...sizes] of parts) {
      element.style.setProperty("--size", sizes[Math.min(step, sizes.length - 1)]);
    }
    if (box.scrollHeight <= box.clientHeight + 1 && box.scrollWidth <= box.clientWidth + 1) return;
  }
}
