// icon("printer") -> an <svg> element to append. Names: symbols in /static/icons/icons.svg.
// Decorative: the word beside it carries the meaning, so it is hidden from screen readers.
// The drawings are fetched once, with the page: "connection lost" must show its icon when no server answers.

const SVG = "http://www.w3.org/2000/svg";
const SHEET = "/static/icons/icons.svg";

let drawings = null;

fetch(SHEET)
  .then((response) => response.text())
  .then((text) => {
    drawings = new DOMParser().parseFromString(text, "image/svg+xml");
    for (const svg of document.querySelectorAll("svg[data-icon]")) draw(svg);
  })
  .catch(() => {});

export function icon(name, className = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon ${className}`.trim());
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  svg.dataset.icon = name;
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${SHEET}#${name}`);
  svg.append(use);
  draw(svg);
  return svg;
}

function draw(svg) {
  const symbol = drawings?.getElementById(svg.dataset.icon);
  if (!symbol) return;
  for (const { name, value } of symbol.attributes) if (name !== "id") svg.setAttribute(name, value);
  svg.replaceChildren(...[...symbol.children].map((part) => document.importNode(part, true)));
  delete svg.dataset.icon;
}
