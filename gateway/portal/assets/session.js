// Says before a session ends for want of use, keeps it up while somebody types, and says when it has ended.
const notice = document.getElementById("session");
const LONGEST_WARNING_MS = 120_000;
const AGAIN_MS = 10_000;

function keep(notice) {
  const idle = notice.dataset.idle * 1000;
  const warned = Math.min(LONGEST_WARNING_MS, idle / 3); // so long before the end it is told
  const [warning, ended] = ["[data-warning]", "[data-ended]"].map((one) => notice.querySelector(one));
  const pages = new BroadcastChannel("session"); // all pages of a browser have one session
  let ends, timer, touched = false;

  function show(which) {
    notice.hidden = which === null;
    for (const one of [warning, ended]) one.hidden = one !== which;
  }

  function goesOnUntil(instant) {
    ends = instant;
    touched = false;
    show(null);
    look();
  }

  function look() {
    clearTimeout(timer);
    const left = ends - Date.now();
    if (left > warned) timer = setTimeout(look, left - warned);
    else if (left <= 0) show(ended);
    else if (touched) renew();
    else {
      show(warning);
      timer = setTimeout(look, left);
    }
  }

  async function renew() {
    touched = false;
    const answer = await fetch("/session/refresh", { method: "POST" }).catch(() => null);
    if (answer?.ok) {
      goesOnUntil(Date.now() + idle);
      pages.postMessage(ends);
    } else if (answer?.status === 401) show(ended);
    else timer = setTimeout(look, AGAIN_MS); // out of reach: until the end there is time to try again
  }

  notice.querySelector("button").addEventListener("click", renew);
  pages.addEventListener("message", (told) => { if (told.data > ends) goesOnUntil(told.data); });
  document.addEventListener("input", () => {
    touched = true;
    if (!warning.hidden && !notice.hidden) look();
  });
  document.addEventListener("visibilitychange", look); // a machine that slept has no timers
  goesOnUntil(Date.now() + notice.dataset.left * 1000);
  pages.postMessage(ends);
}

if (notice) keep(notice);
