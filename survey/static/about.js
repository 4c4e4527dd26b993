// The respondent block: one trait a screen, each optional, a tap answers and goes on.
//
//   const about = makeAbout({title, options}, traits, pick, onAnswer)
//   about.count   about.render(i)   about.told() -> {code: option}   about.clear()

export function makeAbout({ title, options }, traits, pick, onAnswer) {
  let chosen = {};

  function render(index) {
    const trait = traits[index];
    title.textContent = pick(trait.label);
    options.replaceChildren(...trait.options.map((option) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "option";
      button.textContent = pick(option.text);
      button.setAttribute("aria-pressed", chosen[trait.code] === option.code);
      button.addEventListener("click", (event) => {
        if (event.detail > 1) return; // second half of a double tap
        chosen[trait.code] = option.code;
        onAnswer();
      });
      return button;
    }));
  }

  return { count: traits.length, render, told: () => ({ ...chosen }), clear() { chosen = {}; } };
}
