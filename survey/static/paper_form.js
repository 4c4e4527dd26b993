// Paper forms by keyboard: a digit answers the row and goes on to the next one, 0 leaves it out, Backspace goes back.
// Without this script the form works with Tab and the arrow keys.

const form = document.getElementById("paper-form");
const rows = [...form.querySelectorAll("fieldset[data-row]")];
const remark = document.getElementById("remark");

/** The choices of a row in order; the last one is "not answered". */
const choices = (row) => [...row.querySelectorAll("input[type=radio]")];

function enter(row) {
  const inside = choices(row);
  (inside.find((one) => one.checked) ?? inside[0]).focus();
  row.scrollIntoView({ block: "nearest" });
}

function onFrom(row) {
  const next = rows[rows.indexOf(row) + 1];
  if (next) enter(next); else remark.focus();
}

function backFrom(row) {
  const before = rows[rows.indexOf(row) - 1];
  if (before) enter(before);
}

form.addEventListener("keydown", (event) => {
  if (event.ctrlKey && event.key === "Enter") { event.preventDefault(); form.requestSubmit(); return; }
  const row = event.target.closest?.("fieldset[data-row]");
  if (!row || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Backspace") { event.preventDefault(); backFrom(row); return; }
  if (event.key === "Enter") { event.preventDefault(); onFrom(row); return; }
  if (!/^[0-9]$/.test(event.key)) return;
  event.preventDefault();
  const inside = choices(row);
  const chosen = event.key === "0" ? inside.at(-1) : inside[Number(event.key) - 1];
  if (!chosen || (chosen === inside.at(-1) && event.key !== "0")) return; // a digit that this row does not have
  chosen.checked = true;
  onFrom(row);
});

// A pile of one day: after a kept form the cursor waits at the first question.
if (form.dataset.next) enter(rows[0]);
