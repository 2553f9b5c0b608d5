"use strict";
// Colours: what the reader chose is kept in this browser; where nothing can be kept, the choice holds for the page.
(() => {
  const root = document.documentElement;
  let kept = "";
  try { kept = localStorage.getItem("sopkit-theme") || ""; } catch { /* no storage */ }
  root.dataset.theme = kept;
  const choose = document.querySelector(".theme select");
  if (!choose) return;
  choose.value = kept;
  choose.addEventListener("change", () => {
    root.dataset.theme = choose.value;
    try { localStorage.setItem("sopkit-theme", choose.value); } catch { /* no storage */ }
  });
})();
// How far away a day is, which the page cannot know: `<time class="from-now" datetime="2026-12-06">`.
(() => {
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
  const now = new Date();
  const today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
  for (const time of document.querySelectorAll("time.from-now")) {
    const days = Math.round((Date.parse(time.dateTime) - today) / 864e5);
    const far = Math.abs(days) > 60;
    time.after(` (${words.format(far ? Math.round(days / 30.4) : days, far ? "month" : "day")})`);
  }
})();
