/* Build elements. Names and numbers from the data enter as text, never as markup. */

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
