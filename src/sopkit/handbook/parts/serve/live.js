"use strict";
{
  const script = document.currentScript;
  const events = new EventSource(new URL("events?after=" + script.dataset.count, script.src));
  const told = (state) => {
    let box = document.getElementById("sopkit-live");
    if (!box) {
      box = document.createElement("div");
      box.id = "sopkit-live";
      box.setAttribute("role", "alert");
      document.body.prepend(box);
    }
    box.replaceChildren();
    for (const [tag, words] of [["strong", "The handbook could not be made again; this is the former one."], ["pre", state.error], ["p", state.hint]]) {
      if (words) {
        const part = document.createElement(tag);
        part.textContent = words;
        box.append(part);
      }
    }
  };
  events.onmessage = (event) => {
    const state = JSON.parse(event.data);
    if (state.error) told(state);
    else location.reload();
  };
}
