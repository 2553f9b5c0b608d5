// What is typed, as units: each is a list of terms any of which will do, with how sure that is.
((search) => {
  const MOST_TERMS = 60; // that one beginning of a word stands for
  const MOST_WORDS = 16; // of a query that count
  const LONGEST_CODE = 6; // parts
  const BEGUN = 0.5, GOES_ON = 0.3, NEARLY = 0.6;

  const parts = (text) => search.fold(text).match(/\p{L}+|\p{N}+/gu) || [];

  const part = (text) => {
    if (text.length === 2 && text[0] === "0") return text[1];
    return text === "article" || text === "articles" ? "art" : text;
  };

  search.code = (text) => parts(text).map(part).join(".");

  const unpadded = (code) => code.replace(/(^|\.)0+(?=\d)/g, "$1");

  // The code of each SOP by the same without padding: ac.1 for ac.001.
  const short = () => {
    const { index } = search;
    index.short ||= new Map(index.ids.map(search.code).map((code) => [unpadded(code), code]));
    return index.short;
  };

  const beginning = (start, factor) => {
    const { terms } = search.index;
    const found = [];
    for (let at = search.find(start); found.length < MOST_TERMS && at < terms.length && terms[at].startsWith(start); at++)
      found.push([at, terms[at] === start ? 1 : factor]);
    return found;
  };

  // The terms of an id of an SOP or control, and when it may go on, of all that begin with it.
  const codeTerms = (pieces, open) => {
    const typed = pieces.map(part).join(".");
    const spellings = [typed, ...search.index.leads.map((lead) => `${lead}.${typed}`), short().get(unpadded(typed))];
    for (const code of spellings.filter(Boolean)) {
      const at = search.find(code);
      if (search.index.terms[at] === code) return open ? beginning(code, GOES_ON) : [[at, 1]];
    }
    for (const code of open ? [...spellings.slice(0, -1), pieces.join(".")] : []) {
      const found = beginning(code, BEGUN);
      if (found.length) return found;
    }
    return [];
  };

  // Whether one letter added, left out or exchanged, or two that changed places, make one word of the other.
  const nearly = (one, other) => {
    if (one.length > other.length) [one, other] = [other, one];
    if (other.length - one.length > 1) return false;
    let at = 0;
    while (at < one.length && one[at] === other[at]) at++;
    if (one.length < other.length) return one.slice(at) === other.slice(at + 1);
    if (one.slice(at + 1) === other.slice(at + 1)) return true;
    return one[at] === other[at + 1] && one[at + 1] === other[at] && one.slice(at + 2) === other.slice(at + 2);
  };

  const wordTerms = (word, open) => {
    const stems = search.stems(word);
    const found = new Map();
    for (const stem of open && !stems.includes(word) ? [...stems, word] : stems)
      for (const [at, factor] of beginning(stem, open || stem.length > 3 ? BEGUN : 0))
        if (factor) found.set(at, Math.max(found.get(at) || 0, factor));
    if (!found.size && word.length > 3)
      search.index.terms.forEach((term, at) => {
        if (stems.some((stem) => nearly(stem, term))) found.set(at, NEARLY);
      });
    return [...found];
  };

  // The longest code that begins at a piece, with where it ends. It begins and ends where words do.
  const codeAt = (pieces, at, open) => {
    if (at && pieces[at - 1].of === pieces[at].of) return null;
    for (let end = Math.min(pieces.length, at + LONGEST_CODE); end > at; end--) {
      const run = pieces.slice(at, end);
      const whole = end === pieces.length || pieces[end].of !== run.at(-1).of;
      if (!whole || (run.length === 1 && !short().has(run[0].text))) continue;
      const terms = codeTerms(run.map((piece) => piece.text), open && end === pieces.length);
      if (terms.length) return { terms, end };
    }
    return null;
  };

  search.units = (typed) => {
    const open = !/\s$/.test(typed);
    const tokens = search.tokens(typed).slice(0, MOST_WORDS);
    const pieces = tokens.flatMap((token, of) => parts(token).map((text) => ({ text, of })));
    const units = [];
    const taken = new Set();
    for (let at = 0; at < pieces.length; at++) {
      const code = codeAt(pieces, at, open);
      if (!code) continue;
      units.push({ terms: code.terms });
      for (const piece of pieces.slice(at, code.end)) taken.add(piece.of);
      at = code.end - 1;
    }
    const left = tokens.map((word, at) => ({ word, at })).filter(({ at }) => !taken.has(at));
    const weighty = left.filter(({ word }) => search.stems(word).length);
    for (const { word, at } of weighty.length || units.length ? weighty : left)
      units.push({ terms: wordTerms(word, open && at === tokens.length - 1) });
    return units;
  };
})(globalThis.sopkitSearch);
