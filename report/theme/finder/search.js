/* Search over states, zones and counties, whatever the accents, case and small slips. */

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
  return [
    ...places.states.map((s) => entry("state", s[1], "State", s[1], [s[0]], `state=${s[0]}`)),
    ...places.zones.map(([cz, name, at], i) =>
      entry("zone", `${name}, ${places.states[at][0]}`, alike(name, at) ? `Commuting zone with ${largest(i)}` : "Commuting zone", name,
        places.states[at], `cz=${cz}`)),
    ...places.counties.map(([county, name, zone, at]) =>
      entry("county", `${name}, ${places.states[at][0]}`, `In the zone ${places.zones[zone][1]}`, name,
        places.states[at], `cz=${places.zones[zone][0]}&county=${county}`)),
  ];
};

// Fewest edits that turn the token into the beginning of the word.
const edits = (token, word) => {
  let row = Array.from({ length: word.length + 1 }, (_, i) => i);
  for (let i = 1; i <= token.length; i++) {
    const next = [i];
    for (let j = 1; j <= word.length; j++) {
      const swap = token[i - 1] === word[j - 1] ? 0 : 1;
      next[j] = Math.min(row[j - 1] + swap, row[j] + 1, next[j - 1] + 1);
    }
    row = next;
  }
  return Math.min(...row);
};

const allowed = (token) => (token.length < 4 ? 0 : token.length < 8 ? 1 : 2);
const begins = (token, word) => word.startsWith(token);
const nearly = (token, word) => edits(token, word) <= allowed(token);

// Lower is better; Infinity is no match.
const score = (entry, query, tokens, like) => {
  let elsewhere = 0;
  for (const token of tokens) {
    if (entry.words.some((word) => like(token, word))) continue;
    if (!entry.tail.some((word) => begins(token, word))) return Infinity;
    elsewhere += 1;
  }
  if (entry.name === query) return 0;
  if (entry.kind === "state" && entry.tail[0] === query) return 0;
  if (entry.name.startsWith(query)) return 1;
  return 2 + 2 * elsewhere - (entry.words.some((word) => like(tokens[0], word)) ? 1 : 0);
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
