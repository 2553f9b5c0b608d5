// The page of results: what the field in the header holds, narrowed by facets, all of it in the address.
((search) => {
  const PAGE = 20;
  const PASSAGES = 3;
  const PLACES = 3;
  const FACETS = [
    { name: "state", values: () => ["approved", "newer", "later", "trial", "overdue", "draft", "retired", "altered"].map((state) => [state, search.say(state)]), of: (doc) => search.index.state[doc] },
    { name: "area", values: () => search.index.areas, of: (doc) => [search.index.areas[search.index.area[doc]][0]] },
    { name: "role", values: () => search.index.roles, of: (doc) => search.index.role[doc].map((at) => search.index.roles[at][0]) },
    { name: "group", values: () => search.index.groups, of: (doc) => search.index.group[doc].map((at) => search.index.groups[at][0]) },
  ];

  search.results = (form, place) => {
    const { element, say } = search;
    const wide = matchMedia("(min-width: 56rem)").matches;
    const field = form.elements.q;
    const told = element("p", { role: "status", class: "told" });
    const list = element("ol", { class: "results" });
    const places = element("ul", { class: "places" });
    const more = element("button", { type: "button", hidden: "" }, say("more"));
    const facets = FACETS.map((facet) => facetOf(facet)).filter((facet) => facet.boxes.length);
    let shown = PAGE, turn = 0;

    function facetOf({ name, values, of }) {
      const had = new Set(search.index.ids.flatMap((_, doc) => of(doc)));
      const boxes = [];
      const lines = [];
      let under = "";
      for (const [value, title, framework] of values()) {
        if (!had.has(value)) continue;
        if (framework && framework !== under) lines.push(element("p", { class: "under" }, (under = framework)));
        const box = element("input", { type: "checkbox", name, value });
        const count = element("span", { class: "many" });
        boxes.push({ box, count, value });
        lines.push(element("label", {}, box, element("span", {}, `${title} `), count));
      }
      const fields = element("fieldset", {}, element("legend", { class: "aside" }, say(name)), ...lines);
      const node = element("details", { class: "facet", open: wide && (name === "state" || name === "area") ? "" : false }, element("summary", {}, say(name)), fields);
      return { name, of, boxes, node, chosen: () => boxes.filter(({ box }) => box.checked).map(({ value }) => value) };
    }

    const fits = (facet, doc) => {
      const chosen = facet.chosen();
      return !chosen.length || facet.of(doc).some((value) => chosen.includes(value));
    };

    const result = (doc, wanted) => {
      const { index } = search;
      const id = index.ids[doc];
      const title = element(
        "a",
        { href: search.address(doc) },
        element("span", { class: "id" }, id),
        " ",
        element("span", search.tongue(doc), ...search.marks(search.marked(index.titles[doc], wanted))),
      );
      const found = element("ul", {});
      const now = turn;
      search.withWords(doc, () => {
        if (now !== turn) return;
        for (const { anchor, name, pieces } of search.passages(id, wanted, PASSAGES))
          found.append(
            element(
              "li",
              {},
              name ? search.named(name, doc, "a", { href: search.address(doc, anchor) }) : null,
              " ",
              element("span", search.tongue(doc), ...search.marks(pieces)),
            ),
          );
      });
      return element("li", {}, element("h2", {}, title), element("p", { class: "muted" }, index.areas[index.area[doc]][1], ...search.states(doc)), found);
    };

    const remember = () => {
      const state = new URLSearchParams(field.value.trim() ? { q: field.value.trim() } : {});
      for (const { name, chosen } of facets) for (const value of chosen()) state.append(name, value);
      try { history.replaceState(null, "", `${location.pathname}${[...state].length ? `?${state}` : ""}`); } catch { /* from disk */ }
    };

    const look = () => {
      turn++;
      const wanted = search.wanted(field.value);
      const { whole, found } = search.rank(field.value);
      const narrowed = found.filter(({ doc }) => facets.every((facet) => fits(facet, doc)));
      for (const facet of facets) {
        const others = found.filter(({ doc }) => facets.every((other) => other === facet || fits(other, doc)));
        const values = others.flatMap(({ doc }) => facet.of(doc));
        for (const { count, value } of facet.boxes) count.textContent = values.filter((each) => each === value).length;
      }
      list.replaceChildren(...narrowed.slice(0, shown).map(({ doc }) => result(doc, wanted)));
      places.replaceChildren(
        ...search.places(field.value, PLACES).map(({ kind, name, path }) =>
          element("li", {}, element("span", { class: "id" }, say(`kind_${kind}`)), " ", element("a", { href: search.to(...path.split("#")) }, ...search.marks(search.marked(name, wanted)))),
        ),
      );
      more.hidden = narrowed.length <= shown;
      told.textContent = narrowed.length ? `${say("count", narrowed.length)}${whole ? "" : ` ${say("partly")}`}` : say("nothing");
    };

    const again = () => {
      shown = PAGE;
      remember();
      look();
    };

    const asked = new URLSearchParams(location.search);
    field.value = asked.get("q") || "";
    for (const { name, boxes, node } of facets)
      for (const { box, value } of boxes)
        if (asked.getAll(name).includes(value)) node.open = box.checked = true;
    const narrow = element("form", { class: "facets", "aria-label": say("narrow") }, ...facets.map(({ node }) => node), element("button", { type: "reset" }, say("reset")));
    narrow.addEventListener("change", again);
    narrow.addEventListener("reset", () => setTimeout(again));
    narrow.addEventListener("submit", (event) => event.preventDefault());
    field.addEventListener("input", again);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      list.querySelector("a")?.focus();
    });
    more.addEventListener("click", () => {
      const first = shown;
      shown += PAGE;
      look();
      list.children[first].querySelector("a").focus();
    });
    place.replaceChildren(narrow, element("div", {}, told, places, list, more));
    look();
  };

  // Called once engine and index are there.
  search.begin = (form) => {
    search.place(form);
    const place = document.getElementById("results");
    if (place) search.results(form, place);
    else search.combobox(form);
  };
})(globalThis.sopkitSearch);
