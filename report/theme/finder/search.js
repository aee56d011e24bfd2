/* Search over states, zones, counties and cities, whatever the accents, case and small slips. */

const normal = (text) =>
  text
    .normalize("NFD")
    .replace(/[\p{M}\p{Cf}'’.]/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()
    .replace(/\bsaint\b/g, "st");

const wordsOf = (text) => normal(text).split(" ").filter(Boolean);

const makeEntries = (places) => {
  const entry = (kind, label, detail, name, state, address) => ({
    kind,
    label,
    detail,
    address,
    name: normal(name),
    words: wordsOf(name),
    tail: wordsOf(state.join(" ")),
  });
  const alike = (name, at) => places.zones.filter((zone) => zone[1] === name && zone[2] === at).length > 1;
  const largest = (zone) => places.counties.find((county) => county[2] === zone)?.[1] ?? "no county";
  // The first city of every county, then the second, so that large ones come early.
  const cities = places.cities
    .flatMap((names, at) => names.map((city, i) => [i, city, places.counties[at]]))
    .sort((a, b) => a[0] - b[0]);
  return [
    ...places.states.map((s) => entry("state", s[1], "State", s[1], [s[0]], `state=${s[0]}`)),
    ...places.zones.map(([cz, name, at], i) =>
      entry("zone", `${name}, ${places.states[at][0]}`, alike(name, at) ? `Commuting zone with ${largest(i)}` : "Commuting zone", name,
        places.states[at], `cz=${cz}`)),
    ...places.counties.map(([county, name, zone, at]) =>
      entry("county", `${name}, ${places.states[at][0]}`, `In the zone ${places.zones[zone][1]}`, name,
        places.states[at], `cz=${places.zones[zone][0]}&county=${county}`)),
    ...cities.map(([, city, [county, , zone, at]]) => {
      const label = `${city}, ${places.states[at][0]}`;
      const address = `cz=${places.zones[zone][0]}&county=${county}`;
      return { ...entry("city", label, "City", city, places.states[at], address), where: ` — in the ${places.zones[zone][1]} zone` };
    }),
  ];
};

// Fewest edits that turn the token into the beginning of the word; two letters that
// changed places are one edit.
const edits = (token, word) => {
  let [before, row] = [[], Array.from({ length: word.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= token.length; i++) {
    const next = [i];
    for (let j = 1; j <= word.length; j++) {
      const swap = token[i - 1] === word[j - 1] ? 0 : 1;
      next[j] = Math.min(row[j - 1] + swap, row[j] + 1, next[j - 1] + 1);
      if (i > 1 && j > 1 && token[i - 1] === word[j - 2] && token[i - 2] === word[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    [before, row] = [row, next];
  }
  return Math.min(...row);
};

const allowed = (token) => (token.length < 4 ? 0 : token.length < 8 ? 1 : 2);

// What it costs to take a token for a word: nothing if they are the same.
const begins = (token, word) => (word === token ? 0 : word.startsWith(token) ? 0.2 : Infinity);
const nearly = (token, word) => {
  if (word.startsWith(token)) return begins(token, word);
  const slips = edits(token, word);
  if (slips <= allowed(token)) return slips + 0.5 * Math.abs(word.length - token.length) / word.length + (word[0] === token[0] ? 0 : 0.5);
  return token.length > 2 && word.includes(token) ? 2 : Infinity;
};

// Lower is better; Infinity is no match.
const score = (entry, query, tokens, like) => {
  const { name, words, tail, kind } = entry;
  let cost = 0;
  tokens.forEach((token, k) => {
    const own = Math.min(...words.map((word, j) => like(token, word) + (j === k ? 0 : 0.3)));
    const state = tail.some((word) => begins(token, word) < Infinity) ? 1 : Infinity;
    cost += Math.min(own, state);
  });
  if (name === query || (kind === "state" && tail[0] === query)) return -3;
  if (name.startsWith(query)) return -2 + cost;
  // Words that were run together, or a word that was divided.
  const close = query.replaceAll(" ", "");
  if (close.length > 3 && name.replaceAll(" ", "").startsWith(close)) return -1;
  return cost;
};

const search = (entries, text) => {
  const query = normal(text);
  const tokens = query.split(" ").filter(Boolean);
  if (!tokens.length) return [];
  for (const like of [begins, nearly]) {
    const found = entries
      .map((entry) => [score(entry, query, tokens, like), entry])
      .filter(([points]) => points < Infinity)
      .sort((a, b) => a[0] - b[0]);
    if (found.length) return found.map(([, entry]) => entry);
  }
  return [];
};
