// Searches the register as one types: the page's own results, put in place. Without it the form's button does the same.
const form = document.getElementById("search");
const field = document.getElementById("name");
const PAUSE_MS = 300;
const FEWEST = 3; // fewer letters are looked for at the beginning of last names only, and would find "nobody" too often
let waiting, underWay;

async function search() {
  underWay?.abort();
  underWay = new AbortController();
  const address = `${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`;
  try {
    const answer = await fetch(address, { signal: underWay.signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.getElementById("results").replaceChildren(...page.getElementById("results").childNodes);
    document.title = page.title;
    document.querySelector("h1").textContent = page.querySelector("h1").textContent;
    history.replaceState(null, "", address);
  } catch (error) {
    if (error.name !== "AbortError") return; // out of reach: the button will tell
  }
}

field.addEventListener("input", () => {
  clearTimeout(waiting);
  if (field.value.trim().length >= FEWEST) waiting = setTimeout(search, PAUSE_MS);
});
