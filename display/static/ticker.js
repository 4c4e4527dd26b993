// The running text, turned like pages: a line that stands still can be read from 10 m, a moving one cannot,
// and nothing on the board may move but the number that arrives.
//
//   const ticker = makeTicker(element);  ticker.show(["sentence", ...])

const READING = 6000; // ms for one page

export function makeTicker(element) {
  let key = "";
  let pages = [];
  let turn = 0;

  const turnPage = () => { element.textContent = pages.length ? pages[turn++ % pages.length] : ""; };

  function show(sentences) {
    const next = JSON.stringify([sentences, innerWidth, innerHeight]);
    if (next === key) return;
    key = next;
    pages = sentences.filter(Boolean).flatMap((sentence) => split(element, sentence));
    turn = 0;
    turnPage();
  }

  setInterval(turnPage, READING);
  return { show };
}

/** As many words on a page as fit; sentences are kept together where they do. */
function split(element, text) {
  const pages = [];
  let page = "";
  for (const sentence of text.match(/[^.!?]+[.!?]*\s*/g) || []) {
    if (page && !fits(element, page + sentence)) { pages.push(page); page = ""; }
    for (const word of sentence.trim().split(/\s+/)) {
      const longer = page ? `${page.trimEnd()} ${word}` : word;
      if (page && !fits(element, longer)) { pages.push(page); page = word; } else page = longer;
    }
    page += " ";
  }
  return [...pages, page].map((one) => one.trim()).filter(Boolean);
}

function fits(element, text) {
  element.textContent = text.trim();
  return element.scrollHeight < element.clientHeight + 0.5 * parseFloat(getComputedStyle(element).lineHeight);
}
