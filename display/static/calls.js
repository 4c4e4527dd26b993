// Calls one after the other: each in full, each once, in the order of the book.
//
//   const calls = makeCalls({show(call), settle()});
//   calls.add(call)   shown at once when nothing is being called, else when its turn comes
//   calls.forget()    connection lost: what was not shown yet is old by the time we are back

const FULL = 4000; // ms a call stands alone
const MANY = 3; // when more than this many wait behind it ...
const SHORT = 2500; // ... each still stands this long

export function makeCalls({ show, settle }) {
  const queue = [];
  let started = 0;
  let current = null;
  let timer = null;

  function add(call) {
    queue.push(call);
    queue.sort((a, b) => a.seq - b.seq);
    if (current === null) next();
    else plan();
  }

  function plan() {
    clearTimeout(timer);
    const length = queue.length > MANY ? SHORT : FULL;
    timer = setTimeout(next, Math.max(0, started + length - performance.now()));
  }

  function next() {
    clearTimeout(timer);
    current = queue.shift() ?? null;
    started = performance.now();
    if (current === null) return settle();
    show(current);
    plan();
  }

  function forget() {
    queue.length = 0;
  }

  return { add, forget, get current() { return current; } };
}
