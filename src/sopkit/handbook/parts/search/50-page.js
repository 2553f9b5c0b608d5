// What all parts of the search that show something need of the page.
((search) => {
  const waiting = new Map();

  // The top of the site as the page names it, taken from a link that every page has; and what makes browsers ask anew.
  search.place = (form) => {
    search.root = form.dataset.results.replace(/search\.html$/, "");
    search.fresh = form.dataset.index.match(/\?.*|$/)[0];
  };

  search.say = (key, count, fields = {}) => {
    const text = search.index.say[key];
    const chosen = typeof text === "string" ? text : text[count === 1 ? "one" : "other"];
    return chosen.replace(/\{(\w+)\}/g, (_, name) => (name === "count" ? count : fields[name]));
  };

  // An element; texts among the children become text, never markup.
  search.element = (name, attributes, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value !== false) made.setAttribute(key, value);
    made.append(...children.filter((child) => child !== null));
    return made;
  };

  search.marks = (pieces) => pieces.map((text, at) => (at % 2 ? search.element("mark", {}, text) : text));

  // How this page names another of the site.
  search.to = (path, anchor) => search.root + path.split("/").map(encodeURIComponent).join("/") + (anchor ? `#${encodeURIComponent(anchor)}` : "");

  search.address = (doc, anchor) => search.to(`${search.index.folders[doc] || `sop/${search.index.ids[doc]}`}/index.html`, anchor);

  // The language of an SOP, for what is shown of it, where it is not that of the page.
  search.tongue = (doc) => ({ lang: search.index.tongues[doc] || false });

  // Fetch the words of an SOP, once, and then call back.
  search.withWords = (doc, then) => {
    const id = search.index.ids[doc];
    if (search.knows(id)) return then();
    if (!waiting.has(id)) {
      const script = search.element("script", { src: search.address(doc).replace("index.html", "words.js") + search.fresh });
      waiting.set(id, new Promise((resolve) => (script.onload = script.onerror = resolve)));
      document.head.append(script);
    }
    return waiting.get(id).then(() => search.knows(id) && then());
  };

  // The name of a passage: its heading, or that it is a step.
  search.named = (name, doc, tag, attributes) =>
    name.startsWith("#")
      ? search.element(tag, attributes, search.say("step", 0, { number: name.slice(1) }))
      : search.element(tag, { ...attributes, ...search.tongue(doc) }, name);

  // What is beside the title of an SOP: its states other than that it is approved, each with a sign.
  search.states = (doc) =>
    search.index.state[doc]
      .filter((state) => state !== "approved")
      .map((state) => search.element("span", { class: `state ${state}` }, search.say(state)));
})(globalThis.sopkitSearch);
