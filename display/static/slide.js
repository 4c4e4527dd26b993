// The latest published result, now and then, while nobody is called. A call takes the place back in the same frame.
//
//   const slide = makeSlide({quiet, stands, rests}, (yes) => ...)   seconds; the page shows or hides it
//   slide.holds(result)   of each snapshot; null: there is nothing to show
//   slide.yields()        somebody is called, or the board is cut off: away, and quiet begins anew
//   slide.turns(may)      every second

import { pick, say } from "/static/js/words.js";

const $ = (id) => document.getElementById(id);

export function makeSlide({ quiet, stands, rests }, show) {
  let result = null;
  let since = performance.now();
  let on = false;

  function turn(yes) {
    if (yes === on) return;
    on = yes;
    show(yes);
  }

  function holds(next) {
    if (JSON.stringify(next) === JSON.stringify(result)) return;
    result = next;
    turn(false);
    if (result) write(result);
  }

  function yields() {
    since = performance.now();
    turn(false);
  }

  function turns(may) {
    const still = (performance.now() - since) / 1000 - quiet;
    turn(Boolean(result) && may && still >= 0 && still % (stands + rests) < stands);
  }

  return { holds, yields, turns };
}

function write(result) {
  const word = pick(result.word);
  $("result-title").textContent = pick(result.title);
  $("result-value").textContent = pick(result.value);
  $("result-grade").textContent = result.grade ? say("result_grade", { grade: result.grade, word }) : word;
  $("result-period").textContent = pick(result.period);
  const weight = result.weight ? say("result_weight", { weight: pick(result.weight) }) : "";
  $("result").classList.toggle("weighted", Boolean(weight));
  $("result-n").textContent = [say("result_n", { n: result.n }), weight].filter(Boolean).join(", ");
}
