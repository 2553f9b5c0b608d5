// The field in the header with the list below it: a combobox whose options are links.
((search) => {
  const MOST = 8, PLACES = 3;
  const QUIET = 400; // milliseconds without typing before the count is told

  search.combobox = (form) => {
    const { element, say } = search;
    const field = form.elements.q;
    const list = element("div", { role: "listbox", id: "found", "aria-label": say("found") });
    const told = element("p", { role: "status", class: "aside" });
    const hint = element("p", { class: "hint", hidden: "" });
    const box = element("div", { class: "found", hidden: "" }, hint, list);
    let active = -1, telling = 0, turn = 0;

    const options = () => [...list.children];

    const activate = (at) => {
      options().forEach((option, each) => option.setAttribute("aria-selected", each === at));
      active = at;
      const option = list.children[at];
      if (option) {
        field.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      } else field.removeAttribute("aria-activedescendant");
    };

    const open = (shown) => {
      box.hidden = !shown;
      field.setAttribute("aria-expanded", shown && !!list.children.length);
      if (!shown) activate(-1);
    };

    const tell = (text) => {
      clearTimeout(telling);
      telling = setTimeout(() => (told.textContent = text), QUIET);
    };

    const option = (doc, at, wanted) => {
      const { index } = search;
      const where = element("span", { class: "where" });
      const made = element(
        "a",
        { role: "option", id: `found-${at}`, href: search.address(doc), tabindex: -1, "aria-selected": false },
        element(
          "span",
          { class: "name" },
          element("span", { class: "id" }, index.ids[doc]),
          " ",
          element("span", search.tongue(doc), ...search.marks(search.marked(index.titles[doc], wanted))),
          ...search.states(doc),
        ),
        where,
      );
      const now = turn;
      search.withWords(doc, () => {
        const [best] = search.passages(index.ids[doc], wanted, 1);
        if (!best || now !== turn) return;
        made.href = search.address(doc, best.anchor);
        where.replaceChildren(
          ...(best.name ? [search.named(best.name, doc, "b", {}), " "] : []),
          element("span", search.tongue(doc), ...search.marks(best.pieces)),
        );
      });
      return made;
    };

    const other = (id, href, ...words) => element("a", { role: "option", id, href, tabindex: -1, "aria-selected": false }, ...words);

    const place = ({ kind, name, path }, at, wanted) =>
      other(`place-${at}`, search.to(...path.split("#")), element("span", { class: "id" }, say(`kind_${kind}`)), " ", ...search.marks(search.marked(name, wanted)));

    const all = (typed, count) => {
      const made = other("found-all", `${form.dataset.results}?q=${encodeURIComponent(typed)}`, say("all", count));
      made.className = "all";
      return made;
    };

    const look = () => {
      const typed = field.value;
      turn++;
      if (!typed.trim()) {
        list.replaceChildren();
        tell("");
        return open(false);
      }
      const { whole, found } = search.rank(typed);
      const wanted = search.wanted(typed);
      list.replaceChildren(
        ...found.slice(0, MOST).map(({ doc }, at) => option(doc, at, wanted)),
        ...search.places(typed, PLACES).map((each, at) => place(each, at, wanted)),
        ...(found.length ? [all(typed, found.length)] : []),
      );
      hint.textContent = found.length ? (whole ? "" : say("partly")) : say("nothing");
      hint.hidden = !hint.textContent;
      tell([hint.textContent, found.length ? say("count", found.length) : ""].join(" ").trim());
      open(true);
      activate(-1);
    };

    const move = (by) => {
      if (box.hidden) look();
      const count = list.children.length;
      if (count) activate(active < 0 && by < 0 ? count - 1 : (active + by + count) % count);
    };

    field.addEventListener("input", look);
    field.addEventListener("focus", () => field.value && box.hidden && look());
    field.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown") move(1);
      else if (event.key === "ArrowUp") move(-1);
      else if (event.key === "Enter" && active >= 0) list.children[active].click();
      else if (event.key === "Escape" && !box.hidden) open(false);
      else return;
      event.preventDefault();
    });
    form.addEventListener("focusout", (event) => form.contains(event.relatedTarget) || open(false));
    addEventListener("pagehide", () => open(false));
    box.addEventListener("mousedown", (event) => event.preventDefault());
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": false, "aria-controls": "found" }))
      field.setAttribute(name, value);
    form.append(box, told);
    if (document.activeElement === field && field.value) look();
  };
})(globalThis.sopkitSearch);
