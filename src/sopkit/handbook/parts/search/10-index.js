"use strict";
// The index as it is asked: its terms, the SOPs in which each stands, and the stems of words.
// Nothing here knows the page, so that it runs anywhere.
globalThis.sopkitSearch = {};
((search) => {
  const SIGNS = Array.from({ length: 92 }, (_, at) => String.fromCharCode(35 + at)).filter((sign) => !"\\`<&".includes(sign));
  const BASE = SIGNS.length / 2;
  const VALUE = new Map(SIGNS.map((sign, at) => [sign, at]));
  const WEIGHT = [1, 1.5, 2, 5]; // in running text, at the head of a passage, about the SOP, in its name
  const OFTEN = [1, 1.4, 1.9, 2.5]; // by the class of how often a term stands in an SOP
  const NO_WORD = 40; // letters; longer runs are no words

  let index = null;

  // Called by the script of the index.
  search.read = (data) => {
    let before = "";
    index = search.index = {
      ...data,
      terms: data.terms.split(" ").map((coded) => (before = before.slice(0, VALUE.get(coded[0])) + coded.slice(1))),
      hits: data.hits.split(" "),
      decoded: new Map(),
      stemmed: new Map(),
      languages: Object.values(data.stems).map(({ stop, steps }) => ({ stop: new Set(stop.split(" ")), steps })),
    };
  };

  search.fold = (text) => text.toLowerCase().normalize("NFKD").replaceAll("ß", "ss").replace(/\p{M}/gu, "");

  // A word; each sign of Chinese and Japanese, which part no words by spaces, is one.
  search.WORD = /[\u3040-\u30ff\u3400-\u9fff]|(?:(?![\u3040-\u30ff\u3400-\u9fff])[\p{L}\p{N}\p{M}])+/gu;

  search.tokens = (text) => search.fold(text).match(search.WORD) || [];

  const stem = (word, { stop, steps }) => {
    if (stop.has(word) || word.length > NO_WORD) return "";
    for (const step of steps)
      for (const [ending, put, least] of step)
        if (word.endsWith(ending) && word.length >= ending.length + least) {
          word = word.slice(0, word.length - ending.length) + put;
          break;
        }
    return word;
  };

  // The stems of a word in lower case, in each language of the library; none when it has no weight in any.
  search.stems = (word) => {
    let found = index.stemmed.get(word);
    if (!found) {
      const folded = search.fold(word);
      found = [...new Set(index.languages.map((language) => stem(folded, language)))].filter(Boolean);
      index.stemmed.set(word, found);
    }
    return found;
  };

  // Where a term stands among the terms, or would stand.
  search.find = (term) => {
    let low = 0, high = index.terms.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (index.terms[middle] < term) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  // The SOPs in which a term stands, each number followed by the weight that it has there.
  search.hits = (at) => {
    let found = index.decoded.get(at);
    if (!found) {
      index.decoded.set(at, (found = []));
      let doc = -1, value = 0;
      for (const sign of index.hits[at]) {
        const digit = VALUE.get(sign);
        value = value * BASE + (digit % BASE);
        if (digit >= BASE) continue;
        doc += (value >> 4) + 1;
        found.push(doc, WEIGHT[value & 3] * OFTEN[(value >> 2) & 3]);
        value = 0;
      }
    }
    return found;
  };
})(globalThis.sopkitSearch);
