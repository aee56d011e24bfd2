// Drawn figures made small, and the same whenever they are drawn.
"use strict";

const GRID = 4; // steps to a pixel: finer than a map's thinnest line
const UNIQUE = /id="defs-([0-9a-f]{6})"/;
const OUTLINE = /(?<= d=")M[-\d.,MLZ]{40,}(?=")/g;
// Of a trace, in its class and in the names of gradients of its color bar and its legend.
const TRACE = /(\btrace|\b[hv]?[xy]?cb|-legendfill-)([0-9a-f]{6})(?=(?:tick|title)?\b)/g;
// plotly.js sets them in an order that depends on how fast it is.
const ATTRIBUTES = /(?<=<)(?!svg)([\w:]+)((?: [\w:-]+="[^"]*")+)/g;
const ATTRIBUTE = / [\w:-]+="[^"]*"/g;

// An SVG of plotly.js with shorter numbers, and names in place of random ones. Outlines of
// maps keep the points that differ on a fine grid, each as the step from the one before.
// Every point is rounded by itself, so that neighbors keep the border that they share.
function compact(svg) {
  const unique = svg.match(UNIQUE), names = new Map();
  // In names alone: where it has no letters, it may be part of a number.
  if (unique) svg = svg.replaceAll(new RegExp(`(?<=[a-z]-?)${unique[1]}`, "g"), "figure");
  if (svg.includes('class="choroplethlocation"')) svg = svg.replace(OUTLINE, inSteps);
  svg = svg.replace(TRACE, (_, before, name) => {
    if (!names.has(name)) names.set(name, names.size);
    return before + names.get(name);
  });
  svg = svg.replace(ATTRIBUTES, (_, tag, rest) => tag + rest.match(ATTRIBUTE).sort().join(""));
  return svg.replace(/(\d\.\d\d)\d+/g, "$1");
}

function inSteps(outline) {
  return outline.split("M").filter(Boolean).map(ringInSteps).join("");
}

function ringInSteps(ring) {
  const points = ring.replace("Z", "").split("L").map(
    point => point.split(",").map(one => Math.round(one * GRID)));
  const steps = [];
  let [x, y] = points[0];
  for (const [right, down] of points) {
    if (right === x && down === y) continue;
    steps.push(short(right - x), short(down - y));
    [x, y] = [right, down];
  }
  const start = "M" + points[0].map(one => one / GRID).join(",");
  return start + (steps.length ? "l" + steps.reduce(joined) : "") + (ring.endsWith("Z") ? "Z" : "");
}

function short(step) {
  return String(step / GRID).replace(/^(-?)0\./, "$1.");
}

// A number needs no space before its minus sign, or its point after a number that has one.
function joined(path, number, place, numbers) {
  const tight = number[0] === "-" || (number[0] === "." && numbers[place - 1].includes("."));
  return path + (tight ? number : " " + number);
}
