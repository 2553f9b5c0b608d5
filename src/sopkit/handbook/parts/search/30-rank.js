// The SOPs that are found, the best first.
((search) => {
  const MOST_WAYS = 8; // to say the same query
  const SAME = 0.9;
  const ALL = 0.999; // of a query, with what adding up loses
  const MUCH = 0.5; // of the most that one SOP has of a query of which none has all

  const firstStem = (word) => search.stems(word)[0] || "";

  // What stands for the same: the stems of each name or avoided word, and each other name to be put there.
  const exchanges = () => {
    search.index.exchanges ||= search.index.same.flatMap(([names, avoided]) =>
      [...names, ...avoided].flatMap((from) => {
        const stems = search.tokens(from).map(firstStem).filter(Boolean);
        return stems.length ? names.filter((to) => to !== from).map((to) => ({ stems, to })) : [];
      }),
    );
    return search.index.exchanges;
  };

  // Behind which token a run of stems that begins at one of them ends, words without weight between them left out; else 0.
  const endOf = (stems, stemmed, at) => {
    if (stemmed[at] !== stems[0]) return 0;
    for (let matched = 1; ; at++) {
      if (matched === stems.length) return at + 1;
      if (at + 1 === stemmed.length) return 0;
      if (stemmed[at + 1] === stems[matched]) matched++;
      else if (stemmed[at + 1]) return 0;
    }
  };

  // The query, and the query in other words for the same.
  search.sayings = (typed) => {
    const tokens = search.tokens(typed);
    const stemmed = tokens.map(firstStem);
    const found = new Set([typed]);
    for (const { stems, to } of exchanges())
      for (let at = 0; at < tokens.length && found.size < MOST_WAYS; at++) {
        const end = endOf(stems, stemmed, at);
        if (end) found.add([...tokens.slice(0, at), to, ...tokens.slice(end), ""].join(" "));
      }
    return [...found];
  };

  const weigh = (unit) => {
    const weights = new Float64Array(search.index.ids.length);
    let count = 0;
    for (const [at, factor] of unit.terms) {
      const found = search.hits(at);
      for (let pair = 0; pair < found.length; pair += 2) {
        if (!weights[found[pair]]) count++;
        weights[found[pair]] = Math.max(weights[found[pair]], found[pair + 1] * factor);
      }
    }
    return { weights, rarity: Math.log(1 + weights.length / (count || 1)) };
  };

  const score = (weighed, whole, doc) => {
    let sum = 0, covered = 0;
    for (const { weights, rarity } of weighed)
      if (weights[doc]) {
        sum += rarity * weights[doc];
        covered += rarity;
      }
    const share = covered / whole;
    return { doc, share, score: sum * share * share };
  };

  // The SOPs that have all that was typed, in some words; where there is none, those that have much of it. `whole` tells
  // which. Every SOP, in the order of the ids, when nothing was typed.
  search.rank = (typed) => {
    if (!search.tokens(typed).length) return { whole: true, found: search.index.ids.map((_, doc) => ({ doc, score: 0 })) };
    const best = new Map();
    search.sayings(typed).forEach((saying, way) => {
      const weighed = search.units(saying).map(weigh);
      const whole = weighed.reduce((sum, { rarity }) => sum + rarity, 0);
      for (let doc = 0; doc < search.index.ids.length; doc++) {
        const found = score(weighed, whole, doc);
        if (way) found.score *= SAME;
        if (found.score > (best.get(doc)?.score || 0)) best.set(doc, found);
      }
    });
    const most = Math.max(0, ...[...best.values()].map(({ share }) => share));
    const whole = most >= ALL;
    const found = [...best.values()].filter(({ share }) => share >= most * (whole ? ALL : MUCH));
    return { whole, found: found.sort((one, other) => other.score - one.score || one.doc - other.doc) };
  };
})(globalThis.sopkitSearch);
