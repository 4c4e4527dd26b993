// A USB scanner is a keyboard that types the address in the QR code very fast and presses Enter.
//
//   listen((token) => ...);   null: what was scanned is no ticket       tokenOf("http://.../t/abc") -> "abc"

const PAUSE = 400; // ms: slower than this is a person
const ADDRESS = /https?:\/\/\S*\/t\/[A-Za-z0-9_-]{16,32}\/?$/i;

export function tokenOf(text) {
  return text.trim().match(/(?:^|\/)([A-Za-z0-9_-]{16,32})\/?(?:[?#].*)?$/)?.[1] ?? null;
}

export function listen(onToken) {
  let typed = "";
  let last = 0;
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input")) return; // the field for the ticket gets its own keys, the scanner's too
    const now = performance.now();
    if (now - last > PAUSE) typed = "";
    last = now;
    if (event.key === "Enter") {
      const text = typed;
      typed = "";
      if (!text) return; // a person's Enter
      // In a remark a person types quickly, too: there only an address counts. It does not stay: for the ticket that
      // was scanned all fields are emptied.
      if (event.target.closest("textarea") && !ADDRESS.test(text)) return;
      event.preventDefault(); // or it would press the focused button
      onToken(tokenOf(text));
    } else if (event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey) {
      typed += event.key;
      if (event.key === " ") typed = "";
    }
  }, true);
}
