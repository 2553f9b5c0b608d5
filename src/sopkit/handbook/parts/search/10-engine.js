"use strict";
// What is found for what is typed. Pure: no page, no clock, so that it runs anywhere.
globalThis.sopkitSearch = (() => {
  const SIGNS = Array.from({ length: 92 }, (_, at) => String.fromCharCode(35 + at)).filter((sign) => !"\\`<&".includes(sign));
  const BASE = SIGNS.length / 2;
  const VALUE = new Map(SIGNS.map((sign, at) => [sign, at]));
  const WEIGHT = [1, 1.5, 2, 5]; // text, head of a passage, about the SOP, its name
  const OFTEN = [1, 1.4, 1.9, 2.5]; // by the class of how often a term stands in an SOP
  const MOST_TERMS = 60; // that one beginning of a word stands for
  const MOST_WAYS = 8; // to say the same query
  const MOST_WORDS = 16; // of a query that count
  const PREFIX = 0.5, TYPO = 0.6, SAME = 0.9;

  let index = null;

  function fold(text) {
    return text.toLowerCase().normalize("NFKD").replaceAll("ß", "ss").replace(/\p{M}/gu, "");
  }

  function stem(word, { stop, steps }) {
    if (stop.has(word)) return "";
    for (const step of steps)
      for (const [ending, put, least] of step)
        if (word.endsWith(ending) && word.length >= ending.length + least) {
          word = word.slice(0, word.length - ending.length) + put;
          break;
        }
    return word;
  }

  /** The stems of a folded word in each language of the library; none when it has no weight in any. */
  function stems(word) {
    if (!index.known.has(word)) index.known.set(word, [...new Set(index.languages.map((one) => stem(word, one)))].filter(Boolean));
    return index.known.get(word);
  }

  function words(text) {
    return fold(text).match(/[\p{L}\p{N}]+/gu) || [];
  }

  function read(data) {
    let before = "";
    const terms = data.terms.split(" ").map((coded) => (before = before.slice(0, VALUE.get(coded[0])) + coded.slice(1)));
    index = {
      ...data,
      terms,
      hits: data.hits.split(" "),
      decoded: new Map(),
      known: new Map(),
      languages: Object.values(data.stems).map(({ stop, steps }) => ({ stop: new Set(stop.split(" ")), steps })),
      short: new Map(data.ids.map((id) => [shortened(code(id)), code(id)])),
    };
    index.same = data.same.flatMap(([names, avoided]) => ways(names, avoided));
  }

  // ---- codes: ids of SOPs and controls

  function parts(text) {
    return fold(text).match(/[\p{L}]+|\p{N}+/gu) || [];
  }

  function code(text) {
    return parts(text).map(part).join(".");
  }

  function part(text) {
    if (text.length === 2 && text[0] === "0") return text[1];
    return text === "article" || text === "articles" ? "art" : text;
  }

  function shortened(id) {
    return id.replace(/(^|\.)0+(?=\d)/g, "$1");
  }

  /** The terms of a code, or of all that begin with it when it may go on. */
  function codeTerms(pieces, open) {
    const typed = pieces.map(part).join(".");
    const spellings = [typed, ...index.leads.map((lead) => `${lead}.${typed}`)];
    if (index.short.has(shortened(typed))) spellings.push(index.short.get(shortened(typed)));
    for (const each of spellings) {
      const at = find(each);
      if (index.terms[at] === each) return [[at, 1], ...(open ? beginning(each, 0.3).slice(1) : [])];
    }
    if (open) {
      const raw = pieces.join(".");
      for (const each of [...spellings, raw]) {
        const begun = beginning(each, PREFIX);
        if (begun.length) return begun;
      }
    }
    return [];
  }

  // ---- terms

  function find(term) {
    let low = 0, high = index.terms.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (index.terms[middle] < term) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function beginning(start, factor) {
    const found = [];
    for (let at = find(start); found.length < MOST_TERMS && at < index.terms.length && index.terms[at].startsWith(start); at++)
      found.push([at, index.terms[at] === start ? 1 : factor]);
    return found;
  }

  /** Whether one letter added, left out, exchanged, or two that changed places, make one word of the other. */
  function nearly(one, other) {
    if (one.length > other.length) [one, other] = [other, one];
    if (other.length - one.length > 1) return false;
    let at = 0;
    while (at < one.length && one[at] === other[at]) at++;
    if (one.length < other.length) return one.slice(at) === other.slice(at + 1);
    return (
      one.slice(at + 1) === other.slice(at + 1) ||
      (one[at] === other[at + 1] && one[at + 1] === other[at] && one.slice(at + 2) === other.slice(at + 2))
    );
  }

  /** The terms that a word stands for, each with how sure that is. */
  function wordTerms(word, open) {
    const found = new Map();
    for (const each of stems(word)) {
      const begun = open || each.length > 3 ? beginning(each, PREFIX) : beginning(each, PREFIX).slice(0, 1).filter(([, factor]) => factor === 1);
      for (const [at, factor] of begun) found.set(at, Math.max(found.get(at) || 0, factor));
    }
    if (open && !found.size) for (const [at, factor] of beginning(word, PREFIX)) found.set(at, factor);
    if (!found.size && word.length > 3)
      for (const each of stems(word))
        index.terms.forEach((term, at) => {
          if (nearly(each, term)) found.set(at, TYPO);
        });
    return [...found];
  }

  // ---- what is typed

  /** The units of a query, each the terms any of which will do. */
  function units(typed) {
    const open = !/[\s]$/.test(typed);
    const tokens = [...fold(typed).matchAll(/[\p{L}\p{N}]+/gu)].slice(0, MOST_WORDS);
    const pieces = tokens.flatMap((token, of) => parts(token[0]).map((text) => ({ text, of })));
    const taken = new Set();
    const found = [];
    for (let at = 0; at < pieces.length; at++)
      for (let end = Math.min(pieces.length, at + 6); end > at; end--) {
        const run = pieces.slice(at, end);
        const alone = run.length === 1 && !index.short.has(run[0].text);
        const whole = (at === 0 || pieces[at - 1].of !== run[0].of) && (end === pieces.length || pieces[end].of !== run.at(-1).of);
        const terms = alone || !whole ? [] : codeTerms(run.map((piece) => piece.text), open && end === pieces.length);
        if (terms.length) {
          found.push({ terms, of: run[0].of });
          run.forEach((piece) => taken.add(piece.of));
          at = end - 1;
          break;
        }
      }
    const left = tokens.map((token, of) => ({ word: token[0], of })).filter(({ of }) => !taken.has(of));
    const weighty = left.filter(({ word }) => stems(word).length);
    for (const { word, of } of weighty.length || found.length ? weighty : left)
      found.push({ terms: wordTerms(word, open && of === tokens.length - 1), of, word });
    return found.sort((one, other) => one.of - other.of);
  }

  // ---- other words for the same

  function ways(names, avoided) {
    const listed = [...names, ...avoided].map((name) => words(name).map(firstStem).filter(Boolean));
    return listed.flatMap((from, at) =>
      names.map((name, to) => ({ from, to: name, at, same: at === to })).filter((way) => way.from.length && !way.same),
    );
  }

  function firstStem(word) {
    return stems(word)[0] || "";
  }

  /** The query, and the query in other words that mean the same. */
  function sayings(typed) {
    const tokens = words(typed);
    const stemmed = tokens.map(firstStem);
    const found = new Set([typed]);
    for (const { from, to } of index.same)
      for (let at = 0; at < tokens.length && found.size < MOST_WAYS; at++) {
        let end = at, matched = 0;
        while (end < tokens.length && matched < from.length && (stemmed[end] === from[matched] || (!stemmed[end] && matched))) matched += stemmed[end++] ? 1 : 0;
        if (matched === from.length && stemmed[at]) found.add([...tokens.slice(0, at), to, ...tokens.slice(end), ""].join(" "));
      }
    return [...found];
  }

  // ---- ranking

  function hits(at) {
    if (!index.decoded.has(at)) {
      const found = [];
      let doc = -1, value = 0;
      for (const sign of index.hits[at]) {
        const digit = VALUE.get(sign);
        value = value * BASE + (digit % BASE);
        if (digit >= BASE) continue;
        doc += (value >> 4) + 1;
        found.push(doc, WEIGHT[value & 3] * OFTEN[(value >> 2) & 3]);
        value = 0;
      }
      index.decoded.set(at, found);
    }
    return index.decoded.get(at);
  }

  function weigh(unit) {
    const weights = new Float64Array(index.ids.length);
    let count = 0;
    for (const [at, factor] of unit.terms) {
      const found = hits(at);
      for (let pair = 0; pair < found.length; pair += 2) {
        if (!weights[found[pair]]) count++;
        weights[found[pair]] = Math.max(weights[found[pair]], found[pair + 1] * factor);
      }
    }
    return { weights, rarity: Math.log(1 + index.ids.length / (count || 1)) };
  }

  /** The SOPs with their scores: those with all that was typed; where there is none, those with most of it. */
  function rank(typed) {
    const size = index.ids.length;
    const best = new Map();
    sayings(typed).forEach((saying, way) => {
      const weighed = units(saying).map(weigh);
      const whole = weighed.reduce((sum, { rarity }) => sum + rarity, 0);
      for (let doc = 0; doc < size; doc++) {
        let score = 0, covered = 0;
        for (const { weights, rarity } of weighed)
          if (weights[doc]) {
            score += rarity * weights[doc];
            covered += rarity;
          }
        if (!covered) continue;
        const share = covered / whole;
        score *= share * share * (way ? SAME : 1);
        if (!best.has(doc) || best.get(doc).score < score) best.set(doc, { doc, score, share });
      }
    });
    const found = [...best.values()].sort((one, other) => other.score - one.score || one.doc - other.doc);
    const most = Math.max(0, ...found.map(({ share }) => share));
    return { whole: most > 0.999, found: found.filter(({ share }) => share > most - 0.001) };
  }

  return { read, rank, get index() { return index; }, words, stems, fold, units, sayings };
})();
