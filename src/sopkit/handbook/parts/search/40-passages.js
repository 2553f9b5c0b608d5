// Where in an SOP the words stand, and what of the text around them is shown.
((search) => {
  const LONG = 170; // letters of a snippet
  const BEFORE = 40; // letters before its first mark
  const LEAD = 1.5; // how much more a word weighs in a heading
  const MOST_MARKS = 60; // at which a snippet may begin
  const texts = new Map();

  // The lines of a passage as one text; a number stands for a line that several SOPs have.
  const together = (lines) =>
    lines
      .map((line) => (typeof line === "number" ? search.index.phrases[line] : line))
      .map((line, at) => (at + 1 === lines.length || /[.:;,?!]$/.test(line) ? line : `${line} ·`))
      .join(" ");

  // Called by the script that holds the words of an SOP.
  search.words = (id, passages) =>
    texts.set(id, passages.map(([anchor, name, lines]) => ({ anchor, name, text: together(lines) })));

  search.knows = (id) => texts.has(id);

  // What to look for in texts: the terms of all ways to say a query, each with the number of its unit and its worth.
  search.wanted = (typed) => {
    const terms = new Map();
    const codes = [];
    if (!search.tokens(typed).length) return { terms, codes };
    for (const saying of search.sayings(typed))
      search.units(saying).forEach((unit, at) => {
        for (const [number, factor] of unit.terms) {
          const term = search.index.terms[number];
          const worth = factor * Math.log(1 + (2 * search.index.ids.length) / (search.hits(number).length || 1));
          if (term.includes(".")) codes.push({ pattern: pattern(term), unit: at, worth });
          else if (!(terms.get(term)?.worth > worth)) terms.set(term, { unit: at, worth });
        }
      });
    return { terms, codes };
  };

  // Every spelling of a code: its parts with dots, hyphens, brackets or a space between, numbers padded or not.
  const pattern = (code) => {
    const pieces = code.split(".").map((piece) => (/^\d$/.test(piece) ? `0?${piece}` : piece === "art" ? "art(?:icle)?" : piece));
    return new RegExp(`(?<![\\p{L}\\p{N}])${pieces.join("[.\\-() ]{0,2}")}(?![\\p{L}\\p{N}])`, "giu");
  };

  // The words of a text: where each starts and ends, and its stems.
  const split = (text) => {
    const lower = text.toLowerCase();
    const plain = lower.length === text.length ? lower : text;
    const word = /^[\x00-\x7f]*$/.test(plain) ? /[a-z0-9]+/g : search.WORD;
    return Array.from(plain.matchAll(word), ({ 0: found, index }) => [index, index + found.length, search.stems(found)]);
  };

  // The places in a text that are wanted: start, end, unit and worth, in order, none in another.
  const marks = (text, { terms, codes }, words = split(text)) => {
    const found = [];
    for (const { pattern, unit, worth } of codes)
      for (const match of text.matchAll(pattern)) found.push({ start: match.index, end: match.index + match[0].length, unit, worth });
    for (const [start, end, stems] of words)
      for (const stem of stems) {
        const known = terms.get(stem);
        if (known) found.push({ start, end, unit: known.unit, worth: known.worth });
      }
    found.sort((one, other) => one.start - other.start || other.end - one.end);
    return found.filter((mark, at) => !at || mark.start >= found[at - 1].end);
  };

  const worth = (found) => {
    const best = new Map();
    for (const mark of found) best.set(mark.unit, Math.max(best.get(mark.unit) || 0, mark.worth));
    return [...best.values()].reduce((sum, each) => sum + each, 0) + Math.min(found.length, 9) / 100;
  };

  // A text as pieces, every second of them marked.
  const pieces = (text, found, start, end) => {
    const cut = [];
    let at = start;
    for (const mark of found.filter((each) => each.start >= start && each.end <= end)) {
      cut.push(text.slice(at, mark.start), text.slice(mark.start, mark.end));
      at = mark.end;
    }
    cut.push(text.slice(at, end));
    if (start) cut[0] = `… ${cut[0]}`;
    if (end < text.length) cut.push(`${cut.length % 2 ? cut.pop() : ""} …`);
    return cut;
  };

  const snippet = (text, found) => {
    let best = 0, most = -1;
    for (const { start } of found.slice(0, MOST_MARKS)) {
      const value = worth(found.filter((mark) => mark.start >= start && mark.end <= start + LONG - BEFORE));
      if (value > most) [best, most] = [start, value];
    }
    let start = best <= BEFORE ? 0 : text.indexOf(" ", best - BEFORE) + 1;
    if (start > best) start = best;
    let end = start + LONG < text.length ? text.lastIndexOf(" ", start + LONG) : text.length;
    if (end <= start) end = Math.min(text.length, start + LONG);
    if (text.startsWith("· ", start)) start += 2;
    if (text.startsWith(" ·", end - 2)) end -= 2;
    return pieces(text, found, start, end);
  };

  // A short text, such as a title, with what is wanted marked.
  search.marked = (text, wanted) => pieces(text, marks(text, wanted), 0, text.length);

  // The best passages of an SOP whose words are known, in the order of the text; none when nothing wanted stands in it.
  search.passages = (id, wanted, most) => {
    const judged = texts.get(id).map((passage, at) => {
      passage.words ||= split(passage.text);
      const found = marks(passage.text, wanted, passage.words);
      const named = passage.name.startsWith("#") ? [] : marks(passage.name, wanted);
      return { ...passage, at, found, value: worth(found) + LEAD * worth(named) };
    });
    const chosen = judged.filter(({ value }) => value > 0).sort((one, other) => other.value - one.value || one.at - other.at);
    return chosen
      .slice(0, most)
      .sort((one, other) => (most > 1 ? one.at - other.at : 0))
      .map(({ anchor, name, text, found }) => ({ anchor, name, pieces: snippet(text, found) }));
  };
})(globalThis.sopkitSearch);
