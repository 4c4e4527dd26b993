// A quiet two-tone chime when somebody comes into an empty queue and nobody is at the counter. Off until asked for.

import { at } from "./screen.js";

const ON = "counter.chime";
let sound = null;

export function startChime() {
  const box = at("option-chime");
  box.checked = localStorage.getItem(ON) === "1";
  box.addEventListener("change", () => {
    localStorage.setItem(ON, box.checked ? "1" : "0");
    if (box.checked) play();
  });
}

export function chimeIfFirst(before, picture) {
  const came = before && before.counter?.id === picture.counter?.id && before.waiting === 0 && picture.waiting > 0;
  if (came && !picture.current && localStorage.getItem(ON) === "1") play();
}

function play() {
  sound ??= new AudioContext();
  sound.resume();
  [523, 659].forEach((pitch, index) => tone(pitch, sound.currentTime + index * 0.18));
}

function tone(pitch, start) {
  const source = sound.createOscillator();
  const loudness = sound.createGain();
  source.frequency.value = pitch;
  loudness.gain.setValueAtTime(0.0001, start);
  loudness.gain.exponentialRampToValueAtTime(0.08, start + 0.02);
  loudness.gain.exponentialRampToValueAtTime(0.0001, start + 0.35);
  source.connect(loudness).connect(sound.destination);
  source.start(start);
  source.stop(start + 0.4);
}
