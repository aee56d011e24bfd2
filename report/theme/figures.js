// Draws the figures of a page: finds each `.report-figure`, reads its JSON, puts
// in the shapes of maps and the colours of the page, and hands it to plotly.js.
// `data-drawn="true"` on the element says that it is drawn, `data-drawn="error"`
// that it could not be.
(function () {
  "use strict";

  // plotly.js asks another host for a map of the world before it draws any map,
  // unless it finds one here. Ours are empty: the report brings its own shapes.
  var nothing = { type: "GeometryCollection", geometries: [] };
  var emptyWorld = {
    type: "Topology",
    arcs: [],
    objects: {
      coastlines: nothing, land: nothing, ocean: nothing, lakes: nothing,
      rivers: nothing, countries: nothing, subunits: nothing
    }
  };
  window.PlotlyGeoAssets = Object.assign({}, window.PlotlyGeoAssets, {
    topojson: new Proxy({}, { get: function () { return emptyWorld; } })
  });

  // plotly.js writes some styles as attributes, which a page's policy may forbid; set
  // through the object model, the same styles are allowed.
  var setAttribute = SVGElement.prototype.setAttribute;
  SVGElement.prototype.setAttribute = function (name, value) {
    if (name === "style") this.style.cssText = value;
    else setAttribute.call(this, name, value);
  };

  // plotly.js would offer to send the figure to a service of its maker: no.
  var CONFIG = {
    displaylogo: false,
    responsive: true,
    displayModeBar: "hover",
    showSendToCloud: false,
    plotlyServerURL: "",
    toImageButtonOptions: { format: "svg" }, // another would pass through an image of the page
    modeBarButtonsToRemove: ["sendChartToCloud", "select2d", "lasso2d"]
  };
  var FULL_WIDTH = 900; // pixels from which borders have their full width
  var MARKER_WIDTH = 600; // pixels from which markers have their full size
  var AHEAD = "600px 0px"; // how far before it is seen a figure is drawn

  // ---- colours of the page -------------------------------------------------

  function token(element, name, otherwise) {
    return getComputedStyle(element).getPropertyValue(name).trim() || otherwise;
  }

  function pageColour(element) {
    for (var node = element; node; node = node.parentElement) {
      var colour = getComputedStyle(node).backgroundColor;
      if (colour && colour !== "transparent" && colour !== "rgba(0, 0, 0, 0)") return colour;
    }
    return "rgb(255, 255, 255)";
  }

  function isDark(colour) {
    var channels = (colour.match(/[\d.]+/g) || [255, 255, 255]).map(Number);
    return 0.299 * channels[0] + 0.587 * channels[1] + 0.114 * channels[2] < 110;
  }

  function colours(element) {
    var ink = token(element, "--figure-ink", getComputedStyle(element).color);
    var paper = pageColour(element);
    var dark = isDark(paper);
    return {
      ink: ink,
      paper: paper,
      border: token(element, "--map-border", dark ? "rgba(255, 255, 255, 0.5)" : paper),
      grid: token(element, "--figure-grid", "rgba(128, 128, 128, 0.35)"),
      axis: token(element, "--figure-axis", "rgba(128, 128, 128, 0.7)"),
      missing: token(element, "--mobility-missing", dark ? "#4a4c50" : "#d9d9d6")
    };
  }

  function colourLayout(layout, colour) {
    layout.paper_bgcolor = layout.plot_bgcolor = "rgba(0,0,0,0)";
    layout.font = Object.assign({}, layout.font, { color: colour.ink });
    layout.hoverlabel = Object.assign({}, layout.hoverlabel, {
      bgcolor: colour.paper,
      bordercolor: colour.axis,
      font: Object.assign({}, (layout.hoverlabel || {}).font, { color: colour.ink })
    });
    layout.modebar = { bgcolor: "rgba(0,0,0,0)", color: colour.axis, activecolor: colour.ink };
    var axis = { gridcolor: colour.grid, linecolor: colour.axis, zerolinecolor: colour.grid };
    var template = layout.template || {};
    var base = Object.assign({}, template.layout);
    ["xaxis", "yaxis"].forEach(function (key) { base[key] = Object.assign({}, base[key], axis); });
    layout.template = Object.assign({}, template, { layout: base });
    Object.keys(layout).forEach(function (key) {
      if (/^[xy]axis\d*$/.test(key)) layout[key] = Object.assign({}, layout[key], axis);
    });
    return layout;
  }

  // Markers are measured in pixels: on a phone they would hide one another.
  function shrink(trace, width) {
    var share = Math.min(1, width / MARKER_WIDTH);
    var size = trace.marker.size.map(function (one) { return one * share; });
    return Object.assign({}, trace, { marker: Object.assign({}, trace.marker, { size: size }) });
  }

  function styleMap(trace, colour, width) {
    var meta = trace.meta || {};
    if (meta.sized) return shrink(trace, width);
    if (!meta.geometry) return trace;
    var thin = Math.min(1, Math.max(0.5, width / FULL_WIDTH));
    function border(line) {
      return Object.assign({}, line, { color: colour.border, width: line.width * thin });
    }
    if (trace.type === "scattergeo") return Object.assign({}, trace, { line: border(trace.line) });
    var styled = Object.assign({}, trace, {
      marker: Object.assign({}, trace.marker, { line: border(trace.marker.line) })
    });
    if (meta.missing) styled.colorscale = [[0, colour.missing], [1, colour.missing]];
    return styled;
  }

  // ---- shapes of maps --------------------------------------------------------

  function fillGeometry(trace) {
    var name = (trace.meta || {}).geometry;
    if (!name) return trace;
    var shapes = (window.ReportGeometry || {})[name];
    if (!shapes) throw new Error("the shapes of " + name + " are not on this page");
    return Object.assign({}, trace, shapes.lon ? shapes : { geojson: shapes });
  }

  // ---- drawing ---------------------------------------------------------------

  function spec(figure) {
    if (!figure.reportSpec) {
      var text = figure.querySelector('script[type="application/json"]').textContent;
      var read = JSON.parse(text);
      read.data = read.data.map(fillGeometry);
      figure.reportSpec = read;
    }
    return figure.reportSpec;
  }

  function draw(figure) {
    var plot = figure.querySelector(".report-figure-plot");
    try {
      if (!window.Plotly) throw new Error("plotly.js is not on this page");
      var read = spec(figure);
      var colour = colours(figure);
      var data = read.data.map(function (trace) {
        return styleMap(trace, colour, plot.clientWidth);
      });
      var layout = colourLayout(Object.assign({}, read.layout, { autosize: true }), colour);
      var config = Object.assign({}, CONFIG, read.config);
      if (matchMedia("(pointer: coarse)").matches) {
        // A finger on a figure scrolls the page; on a map the buttons zoom.
        layout.dragmode = false;
        if (!figure.classList.contains("report-map")) config.displayModeBar = false;
      }
      figure.dataset.drawn = "pending";
      window.Plotly.react(plot, data, layout, config).then(
        function () { describe(plot); figure.dataset.drawn = "true"; },
        function (fault) { fail(figure, plot, fault); }
      );
    } catch (fault) {
      fail(figure, plot, fault);
    }
  }

  // The drawing is one picture with a description; the buttons beside it are no part of
  // it, since what stands within a picture can't be reached with a screen reader.
  function describe(plot) {
    var label = plot.getAttribute("aria-label");
    plot.querySelectorAll("svg.main-svg").forEach(function (svg, i) {
      if (i > 0) return svg.setAttribute("aria-hidden", "true");
      svg.setAttribute("role", "img");
      if (label) svg.setAttribute("aria-label", label);
    });
    plot.setAttribute("role", "group");
    plot.removeAttribute("aria-label");
  }

  function fail(figure, plot, fault) {
    figure.dataset.drawn = "error";
    plot.textContent = "This figure could not be drawn.";
    console.error("Figure " + figure.dataset.name + ": " + fault.message);
  }

  function drawOnce(figure) {
    if (!figure.dataset.drawn && !figure.closest("[data-shown=false]")) draw(figure);
  }

  // ---- versions of a figure, of which one is shown -----------------------------

  // The others keep their place on the page, so that nothing moves; each is drawn when
  // it is first shown, and takes over how far the reader has zoomed in.
  function show(versions, chosen) {
    var before = versions.find(function (one) { return one.dataset.shown === "true"; });
    versions.forEach(function (one) { one.dataset.shown = String(one.dataset.version === chosen); });
    var after = versions.find(function (one) { return one.dataset.shown === "true"; });
    if (before && before !== after) takeView(before.firstElementChild, after.firstElementChild);
  }

  function takeView(from, to) {
    var seen = from.dataset.drawn === "true" && spec(from).layout.geo;
    if (seen) {
      var geo = spec(to).layout.geo;
      var view = { center: Object.assign({}, seen.center), projection: seen.projection };
      var moved = JSON.stringify([geo.center, geo.projection]) !==
        JSON.stringify([view.center, view.projection]);
      Object.assign(geo, { center: view.center, projection: Object.assign({}, view.projection) });
      if (moved && to.dataset.drawn === "true") draw(to);
    }
    drawOnce(to);
  }

  function startSwitch(box) {
    var versions = Array.prototype.slice.call(box.querySelectorAll(".report-switch-version"));
    box.addEventListener("change", function (event) { show(versions, event.target.value); });
    show(versions, box.querySelector("input:checked").value); // browsers may restore another
  }

  function redrawAll(figures) {
    figures.forEach(function (figure) {
      if (figure.dataset.drawn === "true") draw(figure);
    });
  }

  // One repaint for a burst of changes, and none if the colours stayed the same.
  function onThemeChange(figures) {
    var seen = JSON.stringify(colours(document.body));
    var waiting = 0;
    function check() {
      clearTimeout(waiting);
      waiting = setTimeout(function () {
        var now = JSON.stringify(colours(document.body));
        if (now !== seen) { seen = now; redrawAll(figures); }
      }, 50);
    }
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", check);
    var watch = new MutationObserver(check);
    [document.documentElement, document.body].forEach(function (element) {
      watch.observe(element, { attributes: true });
    });
  }

  function start() {
    var figures = Array.prototype.slice.call(document.querySelectorAll(".report-figure"));
    if (!figures.length) return;
    document.querySelectorAll(".report-switch").forEach(startSwitch);
    var observer = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (!entry.isIntersecting) return;
        observer.unobserve(entry.target);
        setTimeout(drawOnce, 0, entry.target); // a task each, so that scrolling stays smooth
      });
    }, { rootMargin: AHEAD });
    figures.forEach(function (figure) { observer.observe(figure); });
    addEventListener("beforeprint", function () { figures.forEach(drawOnce); });
    onThemeChange(figures);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
