// The survey screen at a counter: told whose visit has just ended there. What is answered goes by HTTP, as everywhere;
// nothing of it is on this wire.
//
//   watchCounter({ onAsked({token, number, language}), onCalled(), onGone(), free() })
// onCalled: the next visitor is at the counter. onGone: nobody is asked (any more), though no call was seen here.
// free: whether another visit can be asked about and nobody loses a question or the thanks.

import { connect } from "/static/js/live.js";
import { pick, say } from "/static/js/words.js";
import { tell } from "./texts.js";

const $ = (id) => document.getElementById(id);

export function watchCounter({ onAsked, onCalled, onGone, free }) {
  let asked = null; // asked about once: answered, or left unanswered, it does not come back

  connect({
    audience: "survey",
    onSnapshot({ counter, called, survey }) {
      tell($("welcome-title"), () => (counter ? say("welcome_at", { counter: pick(counter) }) : say("welcome")));
      if (called) return onCalled();
      if (!survey) return onGone();
      if (survey.token === asked || !free()) return;
      asked = survey.token;
      onAsked(survey);
    },
    onState({ online }) { $("welcome-offline").hidden = online; },
    onLeave: () => location.reload(), // locked out: the page says what to do
  });
}
