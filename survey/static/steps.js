// What is asked, in order: a list of {screen, ...}. The questions of all instruments, then the office's own, then the
// respondent block and the remark; or all questions on one screen; or one touch and at most one further question.

export function questionsOf(page) {
  const official = page.instruments.flatMap((instrument) => instrument.questions);
  const own = page.extras.map((extra) => ({ ...extra, element: extra.code, own: true }));
  return [...official, ...own];
}

export function stepsOf(page, questions) {
  if (page.mode === "one_touch") return touched(page.one_touch);
  const asked = questions.map((question, n) => ({ screen: "question", question, n: n + 1, total: questions.length }));
  const about = page.respondent.map((trait) => ({ screen: "about", trait }));
  return [...(page.layout === "all" ? [{ screen: "all" }] : asked), ...about, { screen: "remark" }];
}

function touched({ question, faces, follow_ups: more }) {
  const whole = { screen: "touch", question: { element: "S", text: question, answers: faces } };
  if (!more.length) return [whole];
  return [whole, { screen: "question", question: more[Math.floor(Math.random() * more.length)], further: true }];
}
