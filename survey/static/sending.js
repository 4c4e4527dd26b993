// Whole sheets on their way. What did not arrive is sent again, with the same request id, until it is known to have
// arrived or to be refused: it counts once. In this page's memory only.
//
//   const outbox = makeOutbox({ post, onDone(sheet), onWaiting(sheet, refusal), onRefused(sheet, refusal) })
//   outbox.send(sheet)   outbox.again()   outbox.holds(sheet)   outbox.waiting()

const AGAIN_MS = 3000;
const LATER = ["offline", "busy", "storage_full", "too_many_requests"];

export function makeOutbox({ post, onDone, onWaiting, onRefused }) {
  const sheets = [];
  let busy = false;
  let timer = null;

  async function next() {
    clearTimeout(timer);
    if (busy || !sheets.length) return;
    busy = true;
    const [sheet] = sheets;
    let refusal = null;
    try {
      await post("/survey/answers", sheet);
    } catch (problem) {
      refusal = problem;
    }
    busy = false;
    if (refusal && (LATER.includes(refusal.code) || refusal.status >= 500)) {
      timer = setTimeout(next, AGAIN_MS);
      return onWaiting(sheet, refusal);
    }
    sheets.shift();
    if (refusal) onRefused(sheet, refusal);
    else onDone(sheet);
    next();
  }

  addEventListener("online", next);
  return {
    send(sheet) { if (!sheets.includes(sheet)) sheets.push(sheet); next(); },
    again: next,
    holds: (sheet) => sheets.includes(sheet),
    waiting: () => sheets.length > 0,
  };
}
