// Sends a file with a bar that shows how far it has come, and puts the page that answers in place of this one.
import { initAll } from "./govuk-frontend.min.js";

const MEGABYTE = 1_000_000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-upload]")) return;
  event.preventDefault();
  if (form.dataset.sending) return;
  const [progress, tooLarge, failed] = ["[data-progress]", "[data-too-large]", "[data-failed]"].map((one) => form.querySelector(one));
  for (const one of [tooLarge, failed]) one.hidden = true;
  if (form.elements.file.files[0]?.size > form.dataset.upload * MEGABYTE) {
    tooLarge.hidden = false;
    return;
  }
  const bar = progress.querySelector("progress");
  const request = new XMLHttpRequest();
  const shown = (sending) => {
    progress.hidden = !sending;
    form.dataset.sending = sending ? "yes" : "";
  };
  request.upload.addEventListener("progress", (told) => { bar.value = told.lengthComputable ? 100 * told.loaded / told.total : 0; });
  request.addEventListener("load", () => {
    shown(false);
    show(request);
  });
  request.addEventListener("error", () => {
    shown(false);
    failed.hidden = false;
  });
  bar.value = 0;
  shown(true);
  request.open("POST", form.getAttribute("action"));
  request.send(new FormData(form));
});

function show(answer) {
  const page = new DOMParser().parseFromString(answer.responseText, "text/html");
  const main = page.getElementById("main-content");
  document.getElementById("main-content").replaceWith(main);
  document.title = page.title;
  if (answer.responseURL !== location.href) history.pushState(null, "", answer.responseURL);
  initAll({ scope: main });
  const told = main.querySelector(".govuk-error-summary, .govuk-notification-banner, .portal-done");
  if (told) {
    told.tabIndex = -1;
    told.focus();
  }
}
window.addEventListener("popstate", () => location.reload());
