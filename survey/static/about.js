// The respondent block: every trait optional, one tap each.
//
//   const about = makeAbout(container, traits, pick);  about.told() -> {code: option};  about.clear();  about.translate()

export function makeAbout(container, traits, pick) {
  const groups = traits.map((trait) => {
    const group = document.createElement("fieldset");
    const legend = document.createElement("legend");
    const choices = document.createElement("div");
    choices.className = "choices";
    const options = trait.options.map((option) => {
      const label = document.createElement("label");
      label.className = "choice";
      const input = document.createElement("input");
      Object.assign(input, { type: "radio", name: trait.code, value: option.code });
      const word = document.createElement("span");
      label.append(input, word);
      choices.append(label);
      return { input, word, text: option.text };
    });
    group.append(legend, choices);
    return { trait, group, legend, options };
  });
  container.replaceChildren(...groups.map((one) => one.group));

  function translate() {
    for (const { trait, legend, options } of groups) {
      legend.textContent = pick(trait.label);
      for (const option of options) option.word.textContent = pick(option.text);
    }
  }

  function told() {
    const chosen = container.querySelectorAll("input:checked");
    return Object.fromEntries(Array.from(chosen, (input) => [input.name, input.value]));
  }

  function clear() {
    for (const input of container.querySelectorAll("input:checked")) input.checked = false;
  }

  return { translate, told, clear };
}
