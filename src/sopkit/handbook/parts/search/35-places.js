// Pages other than those of SOPs, found by their names: roles, controls, policies, terms.
((search) => {
  const all = () => {
    search.index.named ||= search.index.places.map(([kind, name, path, others]) => ({
      kind,
      name,
      path,
      codes: others.map(search.code),
      stems: [...new Set([name, ...others].flatMap(search.tokens).flatMap(search.stems))],
      length: search.tokens(name).length,
    }));
    return search.index.named;
  };

  const byCode = (place, codes, open) => {
    if (place.codes.some((code) => codes.includes(code))) return 3;
    return open && place.codes.some((code) => codes.some((typed) => code.startsWith(typed))) ? 1 : 0;
  };

  const byWords = (place, words, open) => {
    const fits = (word, at) =>
      search.stems(word).some((stem) => place.stems.includes(stem)) ||
      (open && at === words.length - 1 && place.stems.some((stem) => stem.startsWith(word)));
    return words.length && words.every(fits) ? (words.length === place.length ? 2 : 1) : 0;
  };

  // Those whose name is typed, as a whole or so far, the nearest first.
  search.places = (typed, most) => {
    const open = !/\s$/.test(typed);
    const words = search.tokens(typed).filter((word) => search.stems(word).length && word.length > 1);
    const code = /\d/.test(typed) ? search.code(typed) : "";
    const codes = code.includes(".") ? [code, ...search.index.leads.map((lead) => `${lead}.${code}`)] : [];
    const found = all().map((place, at) => ({ place, at, score: byCode(place, codes, open) || byWords(place, words, open) }));
    const exact = found.some(({ score }) => score === 3);
    return found
      .filter(({ score }) => score > (exact ? 2 : 0))
      .sort((one, other) => other.score - one.score || one.place.length - other.place.length || one.at - other.at)
      .slice(0, most)
      .map(({ place }) => place);
  };
})(globalThis.sopkitSearch);
