// The board's two-tone chime, made by WebAudio: nothing to load, nothing to license.
//
//   const chime = makeChime((heard) => ...);   told whether sound is allowed, at once and on every change
//   chime.play();  chime.allow();              allow() must run inside a touch or key press

const TONES = [[659.26, 0], [523.25, 0.38]]; // e'' then c'': falling, calm
const LENGTH = 1.4;

export function makeChime(onAllowed) {
  const Context = window.AudioContext || window.webkitAudioContext;
  if (!Context) return { play() {}, allow() {} };
  const context = new Context();
  const tell = () => onAllowed?.(context.state === "running");
  context.addEventListener("statechange", tell);

  function tone(frequency, start) {
    for (const [harmonic, loudness] of [[1, 0.5], [2, 0.12], [3, 0.05]]) {
      const oscillator = context.createOscillator();
      const gain = context.createGain();
      oscillator.frequency.value = frequency * harmonic;
      gain.gain.setValueAtTime(0.0001, start);
      gain.gain.exponentialRampToValueAtTime(loudness, start + 0.015);
      gain.gain.exponentialRampToValueAtTime(0.0001, start + LENGTH);
      oscillator.connect(gain).connect(context.destination);
      oscillator.start(start);
      oscillator.stop(start + LENGTH);
    }
  }

  function play() {
    if (context.state !== "running") return; // a chime that starts minutes later would announce nothing
    for (const [frequency, delay] of TONES) tone(frequency, context.currentTime + 0.02 + delay);
  }

  // A kiosk-mode browser allows sound by itself; elsewhere the promise stays open until somebody touches the screen.
  const allow = () => context.resume().then(tell, tell); // resolves only once sound is allowed
  allow();
  setTimeout(tell, 600);
  return { play, allow, get allowed() { return context.state === "running"; } };
}
