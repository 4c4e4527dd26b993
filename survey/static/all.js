// All questions on one screen: makeList(container, questions, {given(question), onGive(question, value)}); list.press()
// shows what is chosen now. Each question can be heard by itself.

import { icon } from "/static/js/icons.js";
import { pick } from "/static/js/words.js";
import { fill, press } from "./answers.js";
import { tell } from "./texts.js";

export function makeList(container, questions, reader, { given, onGive }) {
  const rows = questions.map((question, n) => {
    const title = tell(document.createElement("h2"), () => `${n + 1}. ${pick(question.text)}`);
    title.id = `question-${question.element}`;
    const listen = document.createElement("button");
    listen.type = "button";
    listen.className = "button listen";
    const word = document.createElement("span");
    listen.append(icon("volume-2"), word);
    const answers = document.createElement("div");
    answers.className = "answers";
    answers.setAttribute("role", "group");
    answers.setAttribute("aria-labelledby", title.id);
    fill(answers, question, given(question), (value) => {
      onGive(question, value);
      press(answers, value);
    });
    const one = document.createElement("section");
    one.className = "one";
    one.append(title, listen, answers);
    return { one, answers, hear: () => reader.button(listen, word, question.element) };
  });
  container.replaceChildren(...rows.map((row) => row.one));
  for (const row of rows) row.hear();

  return {
    press: () => rows.forEach(({ answers }, n) => press(answers, given(questions[n]))),
    hear: () => rows.forEach(({ hear }) => hear()), // the other language may have other recordings
  };
}
