// Four faces from worst to best: each has its own mouth, eyes and ground. The word beside it says the same.

const SVG = "http://www.w3.org/2000/svg";
const MOUTHS = {
  1: "M32 70 Q50 50 68 70", // corners down
  2: "M33 66 Q50 58 67 66", // a little down
  3: "M32 60 Q50 74 68 60", // a smile
  4: "M28 56 Q50 92 72 56 Z", // laughing, mouth open
};
const EYES = {
  1: "M30 40 L40 44 M70 40 L60 44",
  2: "M36 41 v4 M64 41 v4",
  3: "M36 39 v5 M64 39 v5",
  4: "M29 43 Q36 33 43 43 M57 43 Q64 33 71 43",
};

export function face(value) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 100 100");
  svg.setAttribute("class", `face face-${value}`);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const circle = document.createElementNS(SVG, "circle");
  for (const [name, number] of [["cx", 50], ["cy", 50], ["r", 44]]) circle.setAttribute(name, number);
  svg.append(circle);
  for (const d of [EYES[value], MOUTHS[value]]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}
