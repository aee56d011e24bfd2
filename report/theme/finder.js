/* The place finder: a search box over zones, counties and states, and the profile of the
   zone that the address names (#cz=19400). Names and numbers come from reportPlaces and
   reportProfiles, two scripts beside this one; they enter the page as text, never as markup. */

(() => {
  "use strict";

  const SHOWN = 10; // suggestions listed at a time
  const PUSHES = 5; // traits named in each direction
  const MISSING = "–";
  const CLASSES = ["below the mean", "above the mean"];
  const QUARTILES = ["low", "medium", "high", "excellent"];

  /* Numbers, as analysis/publish/numbers.py writes them ------------------------------ */

  // toFixed rounds halves up; Python rounds them to even, and only exact halves differ.
  const fixed = (value, digits) => {
    const size = Math.abs(value);
    const up = size.toFixed(digits);
    const rest = size.toFixed(100).split(".")[1].slice(digits);
    if (!/^50*$/.test(rest) || Number(up.at(-1)) % 2 === 0) return up;
    const unit = 10 ** -digits;
    return (Number(up) - unit).toFixed(digits);
  };

  const plain = (value, digits = 0) => {
    if (value === null || Number.isNaN(value)) return MISSING;
    const [whole, part] = fixed(value, digits).split(".");
    const text = whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part ? `.${part}` : "");
    return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
  };

  const percent = (share, digits = 0) =>
    share === null ? MISSING : `${plain(100 * share, digits)}%`;

  const signed = (value, digits = 2) => {
    const text = plain(value, digits);
    return /^[−–]/.test(text) || value === 0 ? text : `+${text}`;
  };

  const byKind = (value, kind) => {
    if (value === null) return MISSING;
    if (kind === "share") return percent(value, 1);
    if (kind === "dollars") return `$${plain(value)}`;
    if (kind === "count" || kind === "indicator") return plain(value);
    if (kind === "rank") return plain(value, 1);
    const digits = value === 0 ? 2 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
    return plain(value, Math.min(digits, 5));
  };

  /* Search ---------------------------------------------------------------------------- */

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

  /* Building the page ------------------------------------------------------------------ */

  const SVG = "http://www.w3.org/2000/svg";

  const set = (node, attributes) => {
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null || value === false) continue;
      if (name.startsWith("--")) node.style.setProperty(name, value);
      else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else node.setAttribute(name, value === true ? "" : value);
    }
    return node;
  };

  // Children are nodes or text; null and false are left out.
  const el = (tag, attributes, ...children) => {
    const node = set(document.createElement(tag), attributes ?? {});
    node.append(...children.flat(2).filter((child) => child !== null && child !== false));
    return node;
  };

  const svg = (tag, attributes, ...children) => {
    const node = set(document.createElementNS(SVG, tag), attributes);
    node.append(...children);
    return node;
  };

  // A name from the data, kept from turning the direction of what stands around it.
  const name = (text) => el("bdi", null, text);

  const count = (number, noun) => `${plain(number)} ${noun}${number === 1 ? "" : "s"}`;

  const listed = (items) =>
    items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;

  const ordinal = (number) => {
    const tens = number % 100;
    const ending = tens > 10 && tens < 14 ? "th" : { 1: "st", 2: "nd", 3: "rd" }[number % 10] ?? "th";
    return `${plain(number)}${ending}`;
  };

  /* What is known of one zone ------------------------------------------------------------ */

  const makeZones = (places, data) =>
    places.zones.map(([cz, title, at], i) => ({
      at: i,
      cz,
      name: title,
      postal: places.states[at][0],
      state: places.states[at][1],
      label: `${title}, ${places.states[at][0]}`,
      mobility: data.mobility[i],
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

  /* Download ------------------------------------------------------------------------------ */

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

  /* The profile ------------------------------------------------------------------------------ */

  const section = (title, ...content) => el("section", null, el("h3", null, title), ...content);

  const zoneLink = (zone) => el("a", { href: `#cz=${zone.cz}` }, name(zone.label));

  const swatch = (zone) =>
    el("span", { class: "pf-swatch", "data-step": step(zone.standing.national_percentile), "aria-hidden": "true" });

  const track = (percentile) =>
    percentile === null ? null : el("span", { class: "pf-track", "--at": percentile, "aria-hidden": "true" });

  const histogram = (zone, zones) => {
    const known = zones.filter(({ mobility }) => mobility !== null);
    const low = Math.floor(Math.min(...known.map(({ mobility }) => mobility)));
    const high = Math.ceil(Math.max(...known.map(({ mobility }) => mobility)));
    const bins = Array.from({ length: high - low }, () => []);
    const binOf = ({ mobility }) => Math.min(bins.length - 1, Math.floor(mobility - low));
    for (const one of known) bins[binOf(one)].push(one.standing.national_percentile);
    const most = Math.max(...bins.map((bin) => bin.length));
    const width = 320 / bins.length;
    const bars = bins.map((bin, i) => {
      const height = bin.length ? Math.max(1.5, (72 * bin.length) / most) : 0;
      const middle = bin.length ? bin.reduce((a, b) => a + b, 0) / bin.length : null;
      return svg("rect", {
        x: (i * width + 0.5).toFixed(2),
        y: (84 - height).toFixed(2),
        width: (width - 1).toFixed(2),
        height: height.toFixed(2),
        "data-step": step(middle),
        class: i === binOf(zone) ? "pf-here" : "pf-bin",
      });
    });
    const x = ((zone.mobility - low) / (high - low)) * 320;
    const drawing = svg(
      "svg",
      {
        viewBox: "0 0 320 102",
        role: "img",
        "aria-label": `Histogram of the ${known.length} zones with an estimate, from ${plain(low)} to ${plain(high)}; this one stands at ${plain(zone.mobility, 1)}.`,
      },
      ...bars,
      svg("line", { x1: 0, x2: 320, y1: 84.5, y2: 84.5, class: "pf-axis" }),
      svg("path", { d: `M${x.toFixed(1)} 87l4.5 7h-9z`, class: "pf-marker" }),
      svg("text", { x: 0, y: 99 }, x > 24 ? plain(low) : ""),
      svg("text", { x: 320, y: 99, "text-anchor": "end" }, x < 296 ? plain(high) : ""),
    );
    return el("figure", { class: "pf-histogram" }, drawing,
      el("figcaption", null, `All ${count(known.length, "zone")} by mobility; the mark shows this one.`));
  };

  const placeInState = ({ state_rank: rank, state_below: below, state_zones: all }) => {
    const low = below < all / 2;
    const from = low ? below + 1 : rank;
    return `${from === 1 ? "" : `${ordinal(from)} `}${low ? "lowest" : "highest"} of ${count(all, "zone")}`;
  };

  const standingText = (zone) => {
    const s = zone.standing;
    const state = s.state_zones === 1
      ? ["It is the only zone of ", name(zone.state), " with an estimate."]
      : ["Within ", name(zone.state), " it is at percentile ", el("strong", null, plain(s.state_percentile)), `: ${placeInState(s)}.`];
    return el("p", null,
      "In the country it is at percentile ", el("strong", null, plain(s.national_percentile)),
      `: of ${count(s.national_zones, "zone")} with an estimate, ${plain(s.national_below)} ${s.national_below === 1 ? "stands" : "stand"} lower. `,
      ...state);
  };

  const mobilityPart = (zone, zones) => {
    if (zone.mobility === null) {
      return el("p", { class: "pf-note" }, "No estimate of mobility was published for this zone.");
    }
    return el("div", { class: "pf-lead" },
      el("div", null,
        el("p", { class: "pf-figure" }, el("span", { class: "pf-number", "data-step": step(zone.standing.national_percentile) }, plain(zone.mobility, 1)),
          " is the national income rank that children of poor families reach here on average."),
        standingText(zone)),
      histogram(zone, zones));
  };

  const chip = (title, text, code, last) =>
    el("div", { class: "pf-chip", "data-step": code }, el("dt", null, title), el("dd", null, text));

  const labelsPart = (zone, data) => {
    const title = "Label and prediction";
    if (!zone.inSample) {
      return section(title, el("p", { class: "pf-note" },
        "This zone is outside the minority sample. The models were fitted on zones of that sample only, so there is no label and no prediction here."));
    }
    const actual = data.label[zone.at];
    if (actual === null) {
      return section(title, el("p", { class: "pf-note" }, "Without an estimate of mobility the zone has no label, and no model was fitted on it."));
    }
    const quartile = data.quartile[zone.at];
    const predicted = data.predictions?.label[zone.at] ?? null;
    const chips = [chip("Actual label", `${CLASSES[actual]} · ${QUARTILES[quartile]}`, actual ? 4 : 1)];
    if (predicted === null) return section(title, el("dl", { class: "pf-chips" }, chips));
    const guess = data.predictions.quartile[zone.at];
    const chance = percent(data.predictions.probability[zone.at]);
    chips.push(chip("Predicted label", CLASSES[predicted] + (guess === null ? "" : ` · ${QUARTILES[guess]}`), predicted ? 4 : 1));
    const quarters = guess === null ? "" : guess === quartile
      ? " The model of quartiles names the right one."
      : ` The model of quartiles is ${count(Math.abs(guess - quartile), "step")} too ${guess > quartile ? "high" : "low"}.`;
    return section(title, el("dl", { class: "pf-chips" }, chips),
      el("p", null, "Models that had not seen this zone give it a probability of ", el("strong", null, chance),
        ` to lie above the mean of the sample. It lies ${actual ? "above" : "below"}, so the prediction is ${predicted === actual ? "right" : "wrong"}.${quarters}`));
  };

  const bars = (list, data, zone, widest) =>
    el("ol", { class: "pf-bars" }, list.map(({ feature, push }) => {
      const { title, kind } = data.features[feature];
      const value = data.values[feature][zone.at];
      const where = value === null ? "not known" : `${byKind(value, kind)}, percentile ${plain(data.percentiles[feature][zone.at])}`;
      return el("li", null,
        el("span", { class: "pf-bar-name" }, title, " ", el("small", null, where)),
        el("span", { class: "pf-bar-value" }, signed(push)),
        el("span", { class: `pf-bar ${push > 0 ? "pf-up" : "pf-down"}`, "--part": Math.abs(push) / widest, "aria-hidden": "true" }));
    }));

  const pushesPart = (zone, data) => {
    const told = contributionsOf(data, zone);
    if (!told) return null;
    const widest = Math.max(...[...told.up, ...told.down].map(({ push }) => Math.abs(push)), 1e-9);
    const side = (title, list) => el("div", null, el("h4", null, title),
      list.length ? bars(list, data, zone, widest) : el("p", null, "No trait does."));
    const terms = [`starts at ${signed(told.intercept)} before it looks at any trait`];
    if (told.up.length) terms.push(`gets ${signed(told.ups)} from the ${told.up.length} that push up most`);
    if (told.down.length) terms.push(`${signed(told.downs)} from the ${told.down.length} that push down most`);
    if (told.others) terms.push(`${signed(told.rest)} from the other ${count(told.others, "trait")}`);
    const probability = 1 / (1 + Math.exp(-told.logOdds));
    return section("What pushes the prediction",
      el("div", { class: "pf-pushes" }, side("Up", told.up), side("Down", told.down)),
      el("p", { class: "pf-small" },
        `How it adds up: the model ${listed(terms)}. The sum is ${signed(told.logOdds)} on the log-odds scale, where 0 means even chances; that is a probability of ${percent(probability)}. `,
        el("span", { class: "pf-screen" },
          `The model explained here was fitted on the whole sample with this zone in it, so its probability can differ from the one above. Figures are rounded.`)));
  };

  const traitsPart = (zone, data) => {
    const domains = Map.groupBy
      ? Map.groupBy(data.features.keys(), (i) => data.features[i].domain)
      : data.features.reduce((map, f, i) => map.set(f.domain, [...(map.get(f.domain) ?? []), i]), new Map());
    const row = (i) => {
      const { title, unit, kind } = data.features[i];
      const value = data.values[i][zone.at];
      const percentile = data.percentiles[i][zone.at];
      return el("tr", { class: value === null ? "pf-unknown" : null },
        el("th", { scope: "row" }, title, " ", el("small", null, unit)),
        el("td", null, byKind(value, kind)),
        el("td", null, percentile === null ? MISSING : plain(percentile), track(percentile)));
    };
    const head = () => el("thead", null, el("tr", null, ["Trait", "Value", "Percentile"].map((text) => el("th", { scope: "col" }, text))));
    const missing = data.features.filter((_, i) => data.values[i][zone.at] === null).map(({ title }) => title);
    return section("Its traits",
      el("div", { class: "pf-domains" }, [...domains].map(([domain, list]) =>
        el("table", null, el("caption", null, domain), el("colgroup", null, el("col"), el("col"), el("col")), head(), el("tbody", null, list.map(row))))),
      el("p", { class: "pf-small" }, missing.length
        ? [`Not known for this zone: ${listed(missing)}. Models and the search for similar zones fill such gaps with a typical value.`]
        : "Every trait is known for this zone."));
  };

  const similarPart = (zone, zones, data) => {
    const how = (other, features) => features.map((i) => {
      const { title, kind } = data.features[i];
      const [there, here] = [other, zone].map(({ at }) => byKind(data.values[i][at], kind));
      return `${title} ${there} (here\u00a0${here})`;
    }).join("; ");
    return section("Zones like it",
      el("table", { class: "pf-similar" },
        el("thead", null, el("tr", null, ["Zone", "Mobility", "Where it differs most"].map((text) => el("th", { scope: "col" }, text)))),
        el("tbody", null, data.similar[zone.at].map(([at, , features]) => {
          const other = zones[at];
          return el("tr", null,
            el("th", { scope: "row" }, zoneLink(other)),
            el("td", null, swatch(other), plain(other.mobility, 1)),
            el("td", null, how(other, features)));
        }))));
  };

  const clusterPart = (zone, data) => {
    const kind = data.clusters?.of[zone.at] ?? null;
    if (kind === null) return null;
    return section("Kind of community", el("p", null, el("strong", null, name(data.clusters.names[kind])), ". ", name(data.clusters.texts[kind])));
  };

  const countiesText = (zone, places, chosen) => {
    const inside = places.counties.filter((county) => county[2] === zone.at);
    if (!inside.length) return null;
    const items = inside.flatMap(([county, title], i) => [
      i ? (i === inside.length - 1 ? " and " : ", ") : "",
      county === chosen ? el("strong", null, name(title)) : name(title),
    ]);
    return el("p", { class: "pf-counties" }, `Commuting zone ${zone.cz}: `, ...items);
  };

  const profile = (zone, zones, places, data, chosen) =>
    el("article", { class: "pf-profile", "aria-labelledby": "pf-title" },
      el("header", null,
        el("h2", { id: "pf-title", tabindex: "-1" }, name(zone.name), ", ", name(zone.state)),
        countiesText(zone, places, chosen),
        el("p", { class: "pf-actions" },
          el("button", { type: "button", onclick: () => download(`zone-${zone.cz}.csv`, csv(zone, zones, data)) }, "Download (CSV)"),
          el("button", { type: "button", onclick: () => window.print() }, "Print on one page"),
          el("a", { href: `#state=${zone.postal}` }, "All zones of ", name(zone.state)))),
      mobilityPart(zone, zones),
      labelsPart(zone, data),
      pushesPart(zone, data),
      clusterPart(zone, data),
      traitsPart(zone, data),
      similarPart(zone, zones, data),
      el("p", { class: "pf-source" }, `${document.title.split(" | ").at(-1)}: ${location.href}`));

  const stateList = ([postal, title], zones) => {
    const inside = zones.filter((zone) => zone.postal === postal).sort((a, b) => (b.mobility ?? -1) - (a.mobility ?? -1));
    const known = inside.filter(({ mobility }) => mobility !== null).length;
    return el("article", { class: "pf-state", "aria-labelledby": "pf-title" },
      el("h2", { id: "pf-title", tabindex: "-1" }, name(title)),
      inside.length
        ? el("p", null, `${count(inside.length, "commuting zone")} belong${inside.length === 1 ? "s" : ""} to this state, ${known === inside.length ? "each" : plain(known)} with an estimate of mobility. The highest stands first.`)
        : el("p", null, "No commuting zone is counted to this state. Search for its counties."),
      el("ol", { class: "pf-list" }, inside.map((zone) =>
        el("li", null, el("a", { href: `#cz=${zone.cz}` }, name(zone.name)),
          el("span", null, swatch(zone), zone.mobility === null ? "no estimate" : plain(zone.mobility, 1))))));
  };

  /* The search box (ARIA 1.2 combobox with a list of options) ------------------------------------ */

  const combobox = (entries, choose) => {
    let options = [];
    let active = -1;
    const list = el("ul", { id: "pf-options", role: "listbox", "aria-label": "Suggestions", hidden: true });
    const status = el("div", { class: "pf-hidden", role: "status", "aria-live": "polite" });
    const input = el("input", {
      id: "pf-input", type: "text", role: "combobox", autocomplete: "off", autocapitalize: "words", spellcheck: "false",
      enterkeyhint: "search", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "pf-options", "aria-describedby": "pf-hint",
    });
    let waiting;
    const announce = (text) => {
      clearTimeout(waiting);
      waiting = setTimeout(() => { status.textContent = text; }, 300);
    };
    const close = () => {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const activate = (index) => {
      active = index;
      [...list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
      input.setAttribute("aria-activedescendant", `pf-option-${index}`);
      list.children[index].scrollIntoView({ block: "nearest" });
    };
    const pick = (index) => {
      const entry = options[index];
      input.value = entry.label;
      clearTimeout(waiting);
      close();
      choose(entry.address);
    };
    const option = (entry, i) =>
      el("li", { id: `pf-option-${i}`, role: "option", "aria-selected": "false", onclick: () => pick(i) },
        name(entry.label), el("small", null, name(entry.detail)));
    const open = () => {
      const found = search(entries, input.value);
      options = found.slice(0, SHOWN);
      list.replaceChildren(...options.map(option));
      active = -1;
      input.removeAttribute("aria-activedescendant");
      const text = input.value.trim();
      if (text && !options.length) list.replaceChildren(el("li", { class: "pf-none", role: "option", "aria-disabled": "true", "aria-selected": "false" }, "No place of that name. Try a county."));
      list.hidden = !text;
      input.setAttribute("aria-expanded", String(Boolean(text)));
      if (!text) announce("");
      else if (!found.length) announce("No results.");
      else announce(`${count(found.length, "result")}${found.length > SHOWN ? `, the first ${SHOWN} shown` : ""}.`);
    };
    const move = (by) => {
      if (list.hidden) open();
      if (!options.length) return;
      activate(active < 0 ? (by > 0 ? 0 : options.length - 1) : (active + by + options.length) % options.length);
    };
    const keys = {
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      Home: () => active >= 0 && activate(0),
      End: () => active >= 0 && activate(options.length - 1),
      Enter: () => {
        if (list.hidden) open();
        if (options.length) pick(Math.max(active, 0));
      },
      Escape: () => {
        if (list.hidden) input.value = "";
        close();
      },
    };
    input.addEventListener("input", open);
    input.addEventListener("focus", () => input.select());
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || !(event.key in keys) || (active < 0 && /^(Home|End)$/.test(event.key))) return;
      event.preventDefault();
      keys[event.key]();
    });
    // Pressing on an option must not take the focus, which would close the list before the click.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("mousedown", (event) => event.preventDefault());
    return {
      input,
      announce,
      node: el("div", { class: "pf-search" },
        el("label", { for: "pf-input" }, "Commuting zone, county or state"),
        el("div", { class: "pf-box" }, input, list),
        el("p", { id: "pf-hint", class: "pf-small" }, "Type a few letters and choose from the list, by touch or with the arrow keys and Enter."),
        status),
    };
  };

  /* The address ------------------------------------------------------------------------------------ */

  // On paper only the profile is wanted: whatever stands beside it or its ancestors is left out.
  const printOnly = (node) => {
    document.querySelectorAll(".pf-off-paper, .pf-on-paper").forEach((other) => other.classList.remove("pf-off-paper", "pf-on-paper"));
    for (let here = node; here && here !== document.body; here = here.parentElement) {
      for (const other of here.parentElement.children) if (other !== here) other.classList.add("pf-off-paper");
      here.parentElement.classList.add("pf-on-paper");
    }
  };

  const start = (root) => {
    const [places, data] = [window.reportPlaces, window.reportProfiles];
    if (!places || !data) {
      root.replaceChildren(el("p", { class: "pf-note" }, "The data of the finder are not beside this page: build the report again, or read the page in its own folder."));
      return;
    }
    const zones = makeZones(places, data);
    const title = document.title;
    const view = el("div", { class: "pf-view" });
    let asked = false; // whether the reader asked for what comes now, rather than went back to it
    let shown = null;

    const read = () => {
      const fields = new URLSearchParams(location.hash.slice(1));
      if (fields.has("cz")) {
        const zone = zones.find(({ cz }) => String(cz) === fields.get("cz"));
        if (!zone) return [el("p", { class: "pf-note" }, `There is no commuting zone with the number “`, name(fields.get("cz")), `”. Search for a place by its name.`), ""];
        return [profile(zone, zones, places, data, Number(fields.get("county"))), zone.label];
      }
      if (fields.has("state")) {
        const state = places.states.find(([postal]) => postal === fields.get("state").toUpperCase());
        if (!state) return [el("p", { class: "pf-note" }, `There is no state with the letters “`, name(fields.get("state")), `”. Search for a place by its name.`), ""];
        return [stateList(state, zones), state[1]];
      }
      return location.hash.length > 1 ? null : [null, ""];
    };

    const show = (first) => {
      const found = read();
      // Another part of the page was asked for: what is shown stays.
      if (!found || (!first && shown === location.hash && !asked)) return;
      shown = location.hash;
      const [node, label] = found;
      document.title = label ? `${label} | ${title}` : title;
      view.replaceChildren(...(node ? [node] : []));
      printOnly(label ? node : null);
      if (!first) box.announce(label ? `Showing ${label}.` : view.textContent);
      const heading = view.querySelector("#pf-title");
      if (heading && !first) heading.focus({ preventScroll: true });
      if (asked && node) {
        const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
        (heading ?? node).scrollIntoView({ behavior: still ? "auto" : "smooth", block: "start" });
      }
      if (!asked) box.input.value = label;
      asked = false;
    };

    const box = combobox(makeEntries(places), (address) => {
      asked = true;
      if (location.hash === `#${address}`) show(false);
      else location.hash = address;
    });
    view.addEventListener("click", (event) => {
      const link = event.target.closest('a[href^="#"]');
      if (link) {
        asked = true;
        box.input.value = link.textContent;
      }
    });
    root.replaceChildren(box.node, view);
    window.addEventListener("hashchange", () => show(false));
    show(true);
  };

  window.placeFinder = { byKind, percent, plain, signed, csv, makeEntries, search };

  const root = document.getElementById("place-finder");
  if (root) start(root);
})();
