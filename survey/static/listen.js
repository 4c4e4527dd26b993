// "Dengarkan": reads the question and its answers aloud. The sound is the office's recording or made by the server
// (survey/voice.py); where neither can be had, the page has no address for it and the button is not shown.
//
//   const reader = makeReader(page.voice, onFailed)
//   reader.button(button, word, element)   a button for this question, hidden where nothing can be heard
//   reader.stop()

import { currentLanguage, say } from "/static/js/words.js";
import { tell } from "./texts.js";

export function makeReader(voice, onFailed) {
  let sound = null;
  let playing = null; // the word beside the button that plays

  const address = (element) => voice?.[currentLanguage()]?.[element];

  function stop() {
    sound?.pause();
    sound = null;
    if (playing) tell(playing, () => say("listen"));
    playing = null;
  }

  function play(word, element) {
    const again = playing === word;
    stop();
    if (again) return;
    const mine = new Audio(address(element));
    sound = mine;
    playing = word;
    tell(word, () => say("listen_stop"));
    mine.addEventListener("ended", () => { if (sound === mine) stop(); });
    mine.play().catch(() => {
      if (sound !== mine) return; // stopped before it began
      stop();
      onFailed();
    });
  }

  return {
    stop,
    button(button, word, element) {
      button.hidden = !address(element);
      tell(word, () => say(playing === word ? "listen_stop" : "listen"));
      button.onclick = () => play(word, element);
    },
  };
}
