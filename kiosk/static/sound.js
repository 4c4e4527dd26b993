// The warning beep, made here (no file), and the voice of the "listen" button where this machine has one.

let audio = null;

function context() {
  audio ??= new AudioContext();
  if (audio.state === "suspended") audio.resume();
  return audio;
}

/** Two soft tones. Silent where the browser forbids sound. */
export function beep() {
  try {
    const sound = context();
    for (const [at, pitch] of [[0, 660], [0.25, 880]]) {
      const tone = sound.createOscillator();
      const volume = sound.createGain();
      const start = sound.currentTime + at;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(0.25, start + 0.02);
      volume.gain.linearRampToValueAtTime(0, start + 0.2);
      tone.connect(volume).connect(sound.destination);
      tone.start(start);
      tone.stop(start + 0.22);
    }
  } catch {
    // The words on the screen say the same.
  }
}

const synth = globalThis.speechSynthesis;

function voice(language) {
  // Only a voice on this machine: a remote one would send what is read to an outside server.
  return synth?.getVoices().find((v) => v.localService && v.lang.toLowerCase().startsWith(language));
}

/** Calls back whenever it may have changed whether Indonesian can be spoken here. */
export function onVoices(callback) {
  callback();
  synth?.addEventListener?.("voiceschanged", callback);
}

export const canSpeak = (language) => Boolean(voice("id") && voice(language));

export function speak(text, language) {
  synth.cancel();
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.voice = voice(language);
  utterance.lang = utterance.voice.lang;
  synth.speak(utterance);
}

export const hush = () => synth?.cancel();
