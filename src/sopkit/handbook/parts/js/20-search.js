// The search is loaded when it is first wanted: when its field gets the focus, and on the page of results. `/` and
// Ctrl-K lead to the field; `/` alone can be switched off on the page of results, for those who steer by voice.
for (const form of document.querySelectorAll("form[role=search]")) {
  const field = form.elements.q, data = form.dataset;
  const slash = document.getElementById("slash");
  let loading = false, off = "";
  try { off = localStorage.getItem("sopkit-slash") || ""; } catch { /* no storage */ }
  const load = () => {
    if (loading) return;
    loading = true;
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = data.style;
    document.head.append(style);
    for (const [src, then] of [[data.engine], [data.index, () => sopkitSearch.begin(form)]]) {
      const script = document.createElement("script");
      script.src = src;
      script.async = false;
      script.onload = then;
      document.head.append(script);
    }
  };
  form.action = data.results;
  field.addEventListener("focus", load);
  if (document.activeElement === field || document.getElementById("results")) load();
  if (slash) {
    slash.checked = !off;
    slash.addEventListener("change", () => {
      off = slash.checked ? "" : "off";
      try { localStorage.setItem("sopkit-slash", off); } catch { /* no storage */ }
    });
  }
  addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    const key = event.key.toLowerCase(), held = event.ctrlKey || event.metaKey;
    if (event.altKey || !(held ? key === "k" : key === "/" && !off && !typing)) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
}
