/* The profile of a zone, and the list of a state's zones. */

const CLASSES = ["below the mean", "above the mean"];
const QUARTILES = ["low", "medium", "high", "excellent"];

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
    `: of ${count(s.national_zones, "zone")} with an estimate, ${plain(s.national_below)} ${s.national_below === 1 ? "stands" : "stand"} lower. They hold ${plain(s.children_percentile)}% of the children. `,
    ...state);
};

const mobilityPart = (zone, zones) => {
  if (zone.mobility === null) {
    return el("p", { class: "pf-note" }, "No estimate of mobility was published for this zone.");
  }
  return el("div", { class: "pf-lead" },
    el("div", null,
      el("p", { class: "pf-figure" }, el("span", { class: "pf-number", "data-step": step(zone.standing.national_percentile) }, plain(zone.mobility, 1)),
        " is the national income rank that children of poor families reach here on average.",
        zone.later === null ? null : ` For those born three years later it is ${plain(zone.later, 1)}.`),
      standingText(zone)),
    histogram(zone, zones));
};

// A dot and its interval on a scale that all zones share.
const interval = ({ rank, low, high }, [first, last]) => {
  const at = (value) => (100 * (value - first)) / (last - first);
  return el("span", { class: "pf-interval", "--low": at(low), "--high": at(high), "--at": at(rank), "--tens": (last - first) / 10, "aria-hidden": "true" });
};

const groupsPart = (zone, data) => {
  if (!data.groups) return null;
  const [first, last] = data.groups.scale;
  const ticks = Array.from({ length: (last - first) / 10 + 1 }, (_, i) => first + 10 * i);
  const axis = el("span", { class: "pf-ticks", "aria-hidden": "true" }, ticks.map((tick) => el("span", null, plain(tick))));
  const row = (group) =>
    el("tr", null,
      el("th", { scope: "row" }, group.title),
      group.rank === null
        ? el("td", { class: "pf-few" }, "too few children to say")
        : el("td", null, el("div", { class: "pf-range" },
          el("span", { class: "pf-rank" }, el("strong", null, plain(group.rank, 1)), ` (${plain(group.low, 1)} to ${plain(group.high, 1)})`),
          interval(group, data.groups.scale))),
      el("td", null, plain(group.children)));
  return section("Groups of children",
    el("table", { class: "pf-groups" },
      el("caption", null, "Average household income rank of children whose parents were at the 25th percentile, born 1978 to 1983 (Opportunity Atlas)"),
      el("thead", null, el("tr", null,
        el("th", { scope: "col" }, "Group"),
        el("th", { scope: "col" }, el("div", { class: "pf-range" }, el("span", { class: "pf-rank" }, "Rank (95% interval)"), axis)),
        el("th", { scope: "col" }, "Children"))),
      el("tbody", null, groupsOf(data, zone).map(row))),
    el("p", { class: "pf-small" },
      `Ranks from few children are drawn toward the average of other states' zones, and none is shown for fewer than ${plain(data.groups.fewest)}; the rank at the top of the profile is from another source, for children born 1980 to 1982.`));
};

const chip = (title, text, code, last) =>
  el("div", { class: "pf-chip", "data-step": code }, el("dt", null, title), el("dd", null, text));

const labelsPart = (zone, data) => {
  const title = "Label and prediction";
  if (!zone.inSample) {
    return section(title, el("p", { class: "pf-note" },
      "This zone is outside the minority sample. The models were fitted on zones of that sample only, so there is no label here and no prediction to be tested."));
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
  const lowest = data.predictions.lowest?.[zone.at] ?? null;
  const ruled = lowest === null ? "" : lowest === data.predictions.highest[zone.at]
    ? ` A set made to be right nine times in ten holds ${CLASSES[lowest].toLowerCase()} alone.`
    : " A set made to be right nine times in ten holds both labels: the model can't tell.";
  const quarters = guess === null ? "" : guess === quartile
    ? " The model of quartiles names the right one."
    : ` The model of quartiles is ${count(Math.abs(guess - quartile), "step")} too ${guess > quartile ? "high" : "low"}.`;
  return section(title, el("dl", { class: "pf-chips" }, chips),
    el("p", null, "Models that had not seen this zone give it a probability of ", el("strong", null, chance),
      ` to lie above the mean of the sample. It lies ${actual ? "above" : "below"}, so the prediction is ${predicted === actual ? "right" : "wrong"}.${ruled}${quarters}`));
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

const explained = (zone, data) => {
  if (!zone.inSample) return "The model was fitted on other zones, those of the sample, so this stretches the model beyond what it knows.";
  if (data.contributions.heldOut) return "All of these are means over models that had not seen this zone, so the probability can differ a little from the one above.";
  return "The model explained here was fitted on the whole sample with this zone in it, so its probability can differ from the one above.";
};

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
        `${explained(zone, data)} Figures are rounded.`)));
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
  // Paper has room for two differences.
  const how = (other, features) => features.map((i, place) => {
    const { title, kind } = data.features[i];
    const [there, here] = [other, zone].map(({ at }) => byKind(data.values[i][at], kind));
    return el("span", { class: place > 1 ? "pf-screen" : null }, `${place ? "; " : ""}${title} ${there} (here\u00a0${here})`);
  });
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
      data.warning && el("p", { class: "pf-warning" }, data.warning),
      countiesText(zone, places, chosen),
      el("p", { class: "pf-actions" },
        el("button", { type: "button", onclick: () => download(`zone-${zone.cz}.csv`, csv(zone, zones, data)) }, "Download (CSV)"),
        el("button", { type: "button", onclick: () => window.print() }, "Print on one page"),
        el("a", { href: `#state=${zone.postal}` }, "All zones of ", name(zone.state)))),
    mobilityPart(zone, zones),
    el("div", { class: "pf-pair" }, groupsPart(zone, data), labelsPart(zone, data)),
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
