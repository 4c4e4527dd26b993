// Letters for a screen without a keyboard: makeKeys(container, textarea, say). Kiosk only; phones bring their own.

const ROWS = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm,.?"];

export function makeKeys(container, field, say) {
  const press = (text) => {
    const { selectionStart: from, selectionEnd: to, value } = field;
    if (/(^|[.?]\s*)$/.test(value.slice(0, from))) text = text.toUpperCase(); // sentences begin large by themselves
    if (field.value.length - (to - from) + text.length <= field.maxLength) field.setRangeText(text, from, to, "end");
  };
  const erase = () => {
    const { selectionStart: from, selectionEnd: to } = field;
    field.setRangeText("", from === to ? Math.max(0, from - 1) : from, to, "end");
  };

  function key(label, action, className = "") {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `key ${className}`.trim();
    button.textContent = label;
    button.addEventListener("click", action);
    return button;
  }

  const rows = ROWS.map((letters) => {
    const row = document.createElement("div");
    row.className = "key-row";
    row.append(...Array.from(letters, (letter) => key(letter, () => press(letter))));
    return row;
  });
  const last = document.createElement("div");
  last.className = "key-row";
  const space = key("", () => press(" "), "key-space");
  const back = key("", erase, "key-erase");
  last.append(space, back);
  container.append(...rows, last);

  return {
    translate() {
      container.setAttribute("aria-label", say("keyboard"));
      space.textContent = say("space");
      back.textContent = say("erase");
    },
  };
}
