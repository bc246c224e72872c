// Looks again until what is waited for is there, and puts it in place. Without it the page loads itself anew.
const EVERY_MS = 1000;
const outcome = document.getElementById("outcome");

async function look() {
  const again = outcome.dataset.again;
  if (!again) return;
  try {
    const answer = await fetch(again);
    if (answer.ok && !answer.redirected) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.getElementById("outcome");
      if (found.dataset.again) outcome.dataset.again = found.dataset.again;
      else delete outcome.dataset.again;
      if (!found.isEqualNode(outcome)) {
        outcome.replaceChildren(...found.childNodes);
        document.title = page.title;
        document.querySelector("h1").textContent = page.querySelector("h1").textContent;
      }
    }
  } catch {
    // out of reach for a moment: it is tried again, and the link to look again comes with the answers
  }
  setTimeout(look, EVERY_MS);
}

setTimeout(look, EVERY_MS);
