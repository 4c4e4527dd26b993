// The running text, turned like pages: a line that stands still can be read from 10 m, a moving one cannot,
// and nothing on the board may move but the number that arrives.
//
//   const ticker = makeTicker(element);  ticker.show(["sentence", ...])

const READING = 6000; // ms for one page

export function makeTicker(element) {
  let key = "";
  let pages = [];
  let turn = 0;

  const write = () => { element.textContent = pages[turn] ?? ""; };

  // The number of those who wait changes all the time: the page being read stays, also when pages before it come or go.
  function show(sentences) {
    const next = JSON.stringify([sentences, innerWidth, innerHeight]);
    if (next === key) return;
    key = next;
    const read = pages[turn];
    pages = sentences.filter((one) => one?.trim()).flatMap((sentence) => split(element, sentence));
    if (pages[turn] !== read && pages.includes(read)) turn = pages.indexOf(read);
    turn = Math.min(turn, Math.max(0, pages.length - 1));
    write();
  }

  setInterval(() => {
    turn = turn + 1 < pages.length ? turn + 1 : 0;
    write();
  }, READING);
  return { show };
}

/** Sentences are kept together where they fit on one page; a longer one is spread over its pages. */
function split(element, text) {
  const pages = [];
  for (const sentence of text.trim().split(/(?<=[.!?])\s+/)) { // "16.00" is one word
    const together = [pages.at(-1), sentence].filter(Boolean).join(" ");
    if (fits(element, together)) pages.splice(-1, 1, together);
    else pages.push(...spread(element, sentence));
  }
  return pages;
}

/** As few pages as hold it, about as long as each other: no last word stands alone. */
function spread(element, sentence) {
  const words = sentence.split(/\s+/);
  const full = fill(words, (page) => fits(element, page));
  for (let most = Math.floor(sentence.length / full.length); most < sentence.length; most += 1) {
    const even = fill(words, (page) => page.length <= most);
    if (even.length === full.length && even.every((page) => fits(element, page))) return even;
  }
  return full;
}

/** As many words on each page as it holds. */
function fill(words, holds) {
  const pages = [];
  for (const word of words) {
    const longer = `${pages.at(-1)} ${word}`;
    if (pages.length && holds(longer)) pages.splice(-1, 1, longer);
    else pages.push(word);
  }
  return pages;
}

function fits(element, text) {
  element.textContent = text.trim();
  return element.scrollHeight < element.clientHeight + 0.5 * parseFloat(getComputedStyle(element).lineHeight);
}
