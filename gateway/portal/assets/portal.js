// Brings the page's components to life. Every page works without.
import { initAll } from "./govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

// Who leaves a form that was changed and not sent is asked first.
const form = document.querySelector("form[data-unsaved]");
if (form) {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  document.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}
