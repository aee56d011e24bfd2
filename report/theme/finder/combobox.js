/* The search box: the ARIA 1.2 pattern of a combobox with a list of options. */

const SHOWN = 10; // suggestions listed at a time

const combobox = (entries, label, choose) => {
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
      el("span", null, name(entry.label), entry.where ? name(entry.where) : null), el("small", null, name(entry.detail)));
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
      el("label", { for: "pf-input" }, label),
      el("div", { class: "pf-box" }, input, list),
      el("p", { id: "pf-hint", class: "pf-small" }, "Type a few letters and choose from the list, by touch or with the arrow keys and Enter."),
      status),
  };
};
