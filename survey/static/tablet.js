// The survey screen at a counter: told whose visit has just ended there. What is answered goes by HTTP, as everywhere;
// nothing of it is on this wire.
//
//   watchCounter({ onWelcome(counter), onAsked({token, number, language}), onCalled(), onState({online}) })
// onCalled: the next visitor is at the counter.

import { connect } from "/static/js/live.js";

export function watchCounter({ onWelcome, onAsked, onCalled, onState }) {
  let asked = null; // asked about once: answered, or left unanswered, it does not come back

  connect({
    audience: "survey",
    onSnapshot({ counter, called, survey }) {
      onWelcome(counter);
      if (called) return onCalled();
      if (!survey || survey.token === asked) return;
      asked = survey.token;
      onAsked(survey);
    },
    onState,
    onLeave: () => location.reload(), // locked out: the page says what to do
  });
}
