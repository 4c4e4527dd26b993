// The browser's own back and forward, on a phone: each question is a place one can go back to. Screens of the house have
// no such buttons and keep no history.
//
//   const way = makeWay(onStep)    onStep(step): show this one; -1 is the beginning
//   way.forward(step)              a tap went on        way.back()   as the browser's back
//   way.home()                     done: one more "back" leaves the survey, as the visitor expects

export function makeWay(onStep) {
  const visit = Math.random(); // a reloaded page knows nothing of the answers before it
  let depth = 0;
  history.replaceState(null, "");
  addEventListener("popstate", ({ state }) => {
    const ours = state?.visit === visit;
    depth = ours ? state.depth : 0;
    onStep(ours ? state.step : -1);
  });
  return {
    forward(step) {
      depth += 1;
      history.pushState({ visit, depth, step }, "");
    },
    back: () => history.back(),
    home() { if (depth) history.go(-depth); },
  };
}
