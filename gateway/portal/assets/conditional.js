// Shows a question while the answer that it follows from is given. Without scripts all questions are open.
// One with a fault stays, and one that a link led to.
for (const part of document.querySelectorAll("[data-shown-if]")) {
  const answers = [...document.getElementsByName(part.dataset.shownIf)];
  const wanted = () => part.querySelector(".govuk-error-message") || part.contains(document.getElementById(location.hash.slice(1)));
  const look = () => { part.hidden = !wanted() && !answers.some((one) => one.checked && one.value === part.dataset.equals); };
  if (!answers.length) continue;
  for (const one of answers) one.addEventListener("change", look);
  look();
}
