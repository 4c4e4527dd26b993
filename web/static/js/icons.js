// icon("printer") -> an <svg> element to append. Names: symbols in /static/icons/icons.svg.
// Decorative: the word beside it carries the meaning, so it is hidden from screen readers.

const SVG = "http://www.w3.org/2000/svg";

export function icon(name, className = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon ${className}`.trim());
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/static/icons/icons.svg#${name}`);
  svg.append(use);
  return svg;
}
