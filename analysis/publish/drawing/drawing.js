// Stands beside plotly.js on the page that draws figures for paper.
"use strict";

// plotly.js would ask another host for a map of the world.
const nothing = { type: "Topology", arcs: [], objects: {} };
window.PlotlyGeoAssets = { topojson: new Proxy({}, { get: () => nothing }) };

// A map names its shapes, and its layout their script. Read once a page, they need not
// come with every figure.
const draw = Plotly.toImage, reading = {};
window.ReportGeometry = {};

function read(script) {
  reading[script] ??= new Promise((done, failed) => {
    const tag = document.createElement("script");
    Object.assign(tag, { src: script, onload: done, onerror: failed });
    document.head.append(tag);
  });
  return reading[script];
}

function fill(trace) {
  const name = trace.meta?.geometry;
  if (!name) return trace;
  const shapes = ReportGeometry[name];
  return { ...trace, ...("lon" in shapes ? shapes : { geojson: shapes }) };
}

Plotly.toImage = async (figure, options) => {
  const script = figure.layout.meta?.shapes;
  if (script) await read(script);
  return compact(await draw({ ...figure, data: figure.data.map(fill) }, options));
};

// It warns of each bar whose color is a number, as those of a color scale are.
Plotly.setPlotConfig({ logging: 0 });
