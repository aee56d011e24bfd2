/* What is known of one zone, and the same as a file to download. */

const PUSHES = 5; // traits named in each direction

// Traits of zones come a state at a time; a state's script fills its zones in.
const FOLDER = document.currentScript.src.replace(/[^/]*$/, "");
const waiting = new Map();

window.reportState = ({ at, values, percentiles, contributions, groups }) => {
  const data = window.reportProfiles;
  const fill = (table, rows) => rows.forEach((row, i) => row.forEach((value, k) => { table[i][at[k]] = value; }));
  fill(data.values, values);
  fill(data.percentiles, percentiles);
  if (contributions) fill(data.contributions.values, contributions);
  if (groups) fill(data.groups.values, groups);
};

const loadState = (postal) => {
  if (!waiting.has(postal)) {
    waiting.set(postal, new Promise((done, failed) => {
      const script = el("script", { src: `${FOLDER}states/${encodeURIComponent(postal)}.js` });
      script.addEventListener("load", done);
      script.addEventListener("error", () => { waiting.delete(postal); failed(new Error(postal)); });
      document.head.append(script);
    }));
  }
  return waiting.get(postal);
};

// A profile shows traits of similar zones too, wherever they are.
const loadZone = (zone, zones, data) =>
  Promise.all([...new Set([zone, ...data.similar[zone.at].map(([at]) => zones[at])].map(({ postal }) => postal))].map(loadState));

const makeZones = (places, data) =>
  places.zones.map(([cz, title, at], i) => ({
    at: i,
    cz,
    name: title,
    postal: places.states[at][0],
    state: places.states[at][1],
    label: `${title}, ${places.states[at][0]}`,
    mobility: data.mobility[i],
    later: data.later[i],
    standing: Object.fromEntries(Object.entries(data.standing).map(([key, list]) => [key, list[i]])),
    inSample: data.inSample[i] === 1,
  }));

// Four steps by national percentile, for the colour of a mark.
const step = (percentile) => (percentile === null ? "none" : Math.min(4, 1 + Math.floor(percentile / 25)));

const contributionsOf = (data, zone) => {
  const told = data.contributions;
  if (!told || told.logOdds[zone.at] === null) return null;
  const parts = told.features
    .map((feature, i) => ({ feature, push: told.values[i][zone.at] }))
    .sort((a, b) => b.push - a.push);
  const up = parts.filter(({ push }) => push > 0).slice(0, PUSHES);
  const down = parts.filter(({ push }) => push < 0).slice(-PUSHES).reverse();
  const sum = (list) => list.reduce((total, { push }) => total + push, 0);
  return {
    up,
    down,
    ups: sum(up),
    downs: sum(down),
    others: parts.length - up.length - down.length,
    rest: sum(parts) - sum(up) - sum(down),
    intercept: told.intercept[zone.at],
    logOdds: told.logOdds[zone.at],
  };
};

// The rank of each group of children, its interval, and how many children it rests on.
const groupsOf = ({ groups }, zone) =>
  (groups?.names ?? []).map((title, i) => {
    const [rank, low, high, children] = groups.values.slice(4 * i, 4 * i + 4).map((list) => list[zone.at]);
    return { title, item: groups.items[i], rank, low, high, children };
  });

const quoted = (value) => {
  const text = value === null || value === undefined ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const csv = (zone, zones, data) => {
  const rows = [["cz", "zone", "state", "item", "title", "value", "unit", "percentile", "contribution_log_odds"]];
  const add = (...cells) => rows.push([zone.cz, zone.name, zone.postal, ...cells]);
  const { predictions, contributions, clusters } = data;
  const pushOf = new Map((contributions?.features ?? []).map((f, i) => [f, contributions.values[i][zone.at]]));
  add("am", "Absolute upward mobility", zone.mobility, "percentile rank, 0 to 100", zone.standing.national_percentile);
  add("am_8385", "Absolute upward mobility, born 1983 to 1985", zone.later, "percentile rank, 0 to 100");
  for (const { title, item, rank, low, high, children } of groupsOf(data, zone)) {
    const what = `${title} children of poor parents, born 1978 to 1983`;
    add(`rank_${item}`, what, rank, "percentile rank, 0 to 100");
    add(`rank_${item}_low`, `${what}: lower end of the 95% interval`, low, "percentile rank, 0 to 100");
    add(`rank_${item}_high`, `${what}: upper end of the 95% interval`, high, "percentile rank, 0 to 100");
    add(`children_${item}`, `${title} children counted`, children, "children");
  }
  add("label_binary", "Actual label", data.label[zone.at], "1 above the mean, 0 below");
  add("label_quartile", "Actual quartile", data.quartile[zone.at], "0 low to 3 excellent");
  if (predictions) {
    add("predicted_probability", "Predicted probability of being above the mean", predictions.probability[zone.at], "0 to 1");
    add("predicted_label", "Predicted label", predictions.label[zone.at], "1 above the mean, 0 below");
    add("predicted_quartile", "Predicted quartile", predictions.quartile[zone.at], "0 low to 3 excellent");
  }
  if (contributions) {
    add("intercept", "Start of the explained model", null, "", null, contributions.intercept[zone.at]);
    add("log_odds", "Sum of the explained model", null, "", null, contributions.logOdds[zone.at]);
  }
  if (clusters) add("cluster", "Kind of community", clusters.names[clusters.of[zone.at]], "");
  data.features.forEach((f, i) =>
    add(f.name, f.title, data.values[i][zone.at], f.unit, data.percentiles[i][zone.at], pushOf.get(i)));
  data.similar[zone.at].forEach(([other, distance], i) =>
    add(`similar_${i + 1}`, zones[other].label, distance, "standard deviations of an average trait"));
  if (data.warning) add("warning", data.warning);
  return rows.map((row) => Array.from({ length: 9 }, (_, i) => quoted(row[i])).join(",")).join("\r\n") + "\r\n";
};

const download = (file, text) => {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = el("a", { href: address, download: file });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
};
