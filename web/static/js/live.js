// The live connection of a screen.
//
//   import { connect } from "/static/js/live.js";
//   const live = connect({
//     audience: "counter", counter_id: 3,
//     onSnapshot(picture) {},          the whole picture; never an older one after a newer one
//     onAnnounce(call) {},             each seq once, even across reconnects
//     onState({online, since}) {},     since: ms, the last moment we know to be right (null: never)
//     onLeave({code, message}) {},     signed out or moved elsewhere; the connection is closed for good
//   });
//   live.command("call_next", {counter_id: 3}).then(answer => ..., refusal => ... refusal.code ...)
//   live.now()                         the server's clock, ms: use it for every clock and stopwatch
//   live.online()                      connected, and what is shown is current
//
// A command is sent at once or refused with code "offline"; nothing waits in a queue unseen. When its answer is
// lost it is sent once more, with the same request id, if the connection returns within 5 s. After a refusal with
// {code: "offline", sent: true} the effect is unknown: repeat with command(name, params, refusal.request_id).

import { io } from "../vendor/socket.io.esm.min.js";
import { Refusal, requestId } from "./http.js";
import { currentLanguage } from "./words.js";

const SILENCE = 12000; // a pulse comes every 5 s; two missed and a bit = what we show may be wrong
const FIRST_PICTURE = 4000;
const ANSWER = 4000;
const RETURN = 5000;
const NO_WAY_BACK = ["not_signed_in", "forbidden", "not_found"];

export function connect({ audience, counter_id, onSnapshot, onAnnounce, onState, onLeave }) {
  let seq = -1; // of the picture shown
  let fresh = true; // the next snapshot is the first of its connection: take it whatever its seq (restored database)
  let shown = null; // last state told to the page
  let offset = null; // server clock - our clock
  let heard = performance.now();
  let since = null;
  let looking = false;
  let left = false;
  const played = new Set();

  const socket = io({
    transports: ["websocket"],
    auth: counter_id === undefined ? { audience } : { audience, counter_id },
    reconnectionDelay: 300,
    reconnectionDelayMax: 2000,
    timeout: 2500, // a connection attempt into a dead network must not outlast the promise "right within 5 s"
  });

  const now = () => Date.now() + (offset ?? 0);

  function hear(at) {
    heard = performance.now();
    if (at) {
      offset = at - Date.now();
      since = at;
    }
  }

  function tell() {
    const online = !left && socket.connected && !fresh && performance.now() - heard < SILENCE;
    if (online === shown) return;
    shown = online;
    onState?.({ online, since });
  }

  function accept(picture) {
    if (!picture || typeof picture.seq !== "number") return;
    if (!fresh && picture.seq < seq) return;
    if (picture.seq < seq) played.clear(); // the server went back in time
    fresh = false;
    seq = picture.seq;
    hear(picture.now);
    tell();
    onSnapshot?.(picture);
  }

  function look() {
    if (looking || !socket.connected) return;
    looking = true;
    socket.timeout(ANSWER).emit("look", (error, picture) => {
      looking = false;
      if (!error) accept(picture);
    });
  }

  function leave(reason) {
    left = true;
    socket.disconnect();
    onLeave?.(reason || { code: "not_signed_in", message: "" });
  }

  // Drop a connection that is up in name only; the manager then reconnects by itself.
  const shake = () => socket.io.engine?.close();
  const again = () => setTimeout(() => !left && !socket.active && socket.connect(), 1000);

  socket.on("connect", () => {
    fresh = true;
    looking = false;
    heard = performance.now();
    look();
  });
  socket.on("snapshot", accept);
  socket.on("pulse", (pulse) => {
    hear(pulse.now);
    if (fresh || pulse.seq > seq) look();
    tell();
  });
  socket.on("announce", (call) => {
    if (played.has(call.seq)) return;
    played.add(call.seq);
    if (played.size > 500) played.delete(played.values().next().value);
    onAnnounce?.(call);
  });
  socket.on("leave", leave);
  socket.on("disconnect", () => {
    tell();
    if (!left) again(); // covers "io server disconnect", after which the client would not return by itself
  });
  socket.on("connect_error", (error) => {
    tell();
    if (NO_WAY_BACK.includes(error.data?.code)) leave(error.data);
    else again();
  });

  const watch = setInterval(() => {
    if (left) return clearInterval(watch);
    const quiet = performance.now() - heard;
    if (socket.connected && quiet > (fresh ? FIRST_PICTURE : SILENCE)) {
      tell();
      heard = performance.now();
      fresh = true;
      shake();
    }
    if (shown !== null || quiet > FIRST_PICTURE) tell();
  }, 500);
  addEventListener("pagehide", () => socket.disconnect());

  function back() {
    if (socket.connected) return Promise.resolve(true);
    return new Promise((resolve) => {
      const done = (result) => {
        clearTimeout(timer);
        socket.off("connect", yes);
        resolve(result);
      };
      const yes = () => done(true);
      const timer = setTimeout(() => done(false), RETURN);
      socket.on("connect", yes);
    });
  }

  async function command(name, params = {}, request_id = requestId()) {
    if (!socket.connected) throw new Refusal({ code: "offline", sent: false, request_id });
    const language = currentLanguage(); // of the refusal, should there be one
    const send = () => socket.timeout(ANSWER).emitWithAck("command", { name, request_id, params, language });
    let answer;
    try {
      answer = await send();
    } catch {
      if (socket.connected) shake();
      if (left || !(await back())) throw new Refusal({ code: "offline", sent: true, request_id });
      try {
        answer = await send();
      } catch {
        throw new Refusal({ code: "offline", sent: true, request_id });
      }
    }
    if (answer?.ok) return answer;
    throw new Refusal({ code: "unexpected", request_id, ...(answer?.error || {}) });
  }

  return { command, look, now, online: () => shown === true, close: () => { left = true; socket.disconnect(); } };
}
