/* The finder itself: what the address names (#cz=19400, #state=CA) is what is shown. */

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

  const show = async (first) => {
    const asking = location.hash;
    const wanted = new URLSearchParams(asking.slice(1)).get("cz");
    const zone = zones.find(({ cz }) => String(cz) === wanted);
    try {
      if (zone) await loadZone(zone, zones, data);
    } catch {
      view.replaceChildren(el("p", { class: "pf-note" }, "This profile could not be loaded. Look for the place again when the connection is back."));
      return;
    }
    if (asking !== location.hash) return; // another place was asked for meanwhile
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
    if (asked && node) (heading ?? node).scrollIntoView({ behavior: "instant", block: "start" });
    if (!asked) box.input.value = label;
    asked = false;
  };

  const asks = places.cities.length ? "City, county, commuting zone or state" : "Commuting zone, county or state";
  const box = combobox(makeEntries(places), asks, (address) => {
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

window.placeFinder = { byKind, csv, loadState, makeZones };

const root = document.getElementById("place-finder");
if (root) start(root);
