// Plotly asks another host for outlines of the world unless it finds some here: these are empty.
(() => {
  const empty = { type: "GeometryCollection", geometries: [] };
  const layers = ["coastlines", "land", "ocean", "lakes", "rivers", "countries", "subunits"];
  const outline = {
    type: "Topology",
    arcs: [],
    objects: Object.fromEntries(layers.map(layer => [layer, empty])),
    transform: { scale: [1, 1], translate: [0, 0] },
  };
  const scopes = ["world", "usa", "north-america", "north_america", "un"];
  const topojson = {};
  for (const scope of scopes) for (const scale of ["110m", "50m"]) topojson[`${scope}_${scale}`] = outline;
  window.PlotlyGeoAssets = { topojson };
})();
