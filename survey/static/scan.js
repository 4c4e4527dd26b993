// The screen that waits for a ticket: by USB scanner, by camera, or typed. Exit kiosk only.
//
//   const scan = makeScan({ onToken(token), comeBack() })    comeBack: shows this screen
//   scan.fail(key)   says what went wrong        scan.clear()   as for the next visitor        scan.leave()   camera off

import { say } from "/static/js/words.js";
import { makeCamera } from "./camera.js";
import { listen, tokenOf } from "./scanner.js";
import { tell } from "./texts.js";

const $ = (id) => document.getElementById(id);

export function makeScan({ onToken, comeBack }) {
  function fail(key) {
    comeBack();
    tell($("scan-error").lastElementChild, () => say(key));
    $("scan-error").hidden = false;
  }

  function take(token) {
    if (token) onToken(token);
    else fail("unknown_help");
  }

  const camera = makeCamera({
    video: $("camera-picture"),
    onText: (text) => take(tokenOf(text)),
    onTrouble: fail,
    onState(open) {
      $("camera").hidden = !open;
      $("camera-open").hidden = open;
      if (open) $("scan-error").hidden = true;
    },
  });
  listen((token) => {
    // A ticket counts on any screen: the next visitor need not wait until the last one's has timed out. What is no
    // ticket must not end the answers of somebody else.
    if (token || !$("scan").hidden) take(token);
  });
  $("camera-open").addEventListener("click", camera.open);
  $("camera-close").addEventListener("click", camera.close);
  $("scan-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const token = tokenOf($("scan-field").value);
    $("scan-field").value = "";
    take(token);
  });

  return {
    fail,
    leave: camera.close,
    clear() {
      $("scan-field").value = "";
      $("scan-error").hidden = true;
    },
  };
}
