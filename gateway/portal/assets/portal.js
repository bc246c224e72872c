// Brings the page's components to life. Every page works without.
import { initAll } from "./govuk-frontend.min.js";

const SENDING_MS = 10_000;

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
for (const one of document.querySelectorAll("[data-scripts]")) one.hidden = false; // what works with scripts only

// Who leaves a form that was changed and not sent is asked first; one that came back, refused or in the other language, holds changes.
const form = document.querySelector("form[data-unsaved]");
if (form) {
  let changed = "posted" in document.body.dataset;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("saved", () => { changed = false; });
  document.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}

// A form that is on its way is not sent a second time, until the page is shown again or nothing came of it.
document.addEventListener("submit", (event) => {
  const sent = event.target;
  if (event.defaultPrevented || sent.method !== "post" || sent.matches("[data-upload]")) return;
  if (sent.dataset.sent) event.preventDefault();
  sent.dataset.sent = "yes";
  setTimeout(() => { delete sent.dataset.sent; }, SENDING_MS);
});
window.addEventListener("pageshow", () => {
  for (const sent of document.querySelectorAll("form[data-sent]")) delete sent.dataset.sent;
});
