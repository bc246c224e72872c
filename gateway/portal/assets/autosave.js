// Saves a form in the background while it is filled in, and says when it was saved. Without it the form's button saves.
const form = document.querySelector("form[data-autosave]");
const PAUSE_MS = 2_000;

function keep(form) {
  const said = document.getElementById("saved");
  let waiting, underWay, changed = false;

  async function send() {
    changed = false;
    const body = new URLSearchParams(new FormData(form));
    body.set("then", "stay");
    try {
      const asked = { method: "POST", body, headers: { Accept: "application/json" }, keepalive: document.hidden };
      const answer = await fetch(form.getAttribute("action"), asked);
      const told = await answer.json();
      said.textContent = told.said;
      if (!answer.ok) return;
      form.elements.version.value = told.version;
      form.elements.tags.value = JSON.stringify(told.tags);
      if (!changed && told.whole) form.dispatchEvent(new Event("saved"));
    } catch { // out of reach, or signed out: the form's button will tell
      said.textContent = form.dataset.autosave;
    }
  }

  async function save() {
    clearTimeout(waiting);
    if (!changed || underWay) return;
    underWay = send();
    await underWay;
    underWay = null;
    if (changed) later();
  }

  function later() {
    clearTimeout(waiting);
    waiting = setTimeout(save, PAUSE_MS);
  }

  form.addEventListener("input", () => {
    changed = true;
    later();
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  form.addEventListener("submit", (event) => {
    clearTimeout(waiting);
    changed = false; // all of it is on its way: saved once more as the page goes, it would come too late and be refused
    if (!underWay) return;
    event.preventDefault(); // it would be sent on a version that is just passing
    underWay.then(() => form.requestSubmit(event.submitter));
  });
}

if (form) keep(form);
