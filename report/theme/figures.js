// Makes the figures of a page live: when a reader points at a picture, taps it or comes to
// its button, loads plotly.js, the figure's data and the shapes of maps, and draws it in the
// picture's place. `data-drawn="true"` on the `.report-figure` says that it is live,
// `data-drawn="error"` that it could not be drawn. A figure without a picture is drawn as
// soon as it comes near.
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
  var AHEAD = "600px 0px"; // how far before it is seen a figure without a picture is drawn
  var PAUSE = 150; // milliseconds that a mouse rests on a figure that is meant
  var BESIDE = document.currentScript.src.replace(/[^/]*$/, "");
  var narrow = matchMedia("(max-width: 560px)");

  // Markers are measured in pixels: on a phone they would hide one another.
  function shrink(trace, width) {
    var share = Math.min(1, width / MARKER_WIDTH);
    var size = trace.marker.size.map(function (one) { return one * share; });
    return Object.assign({}, trace, { marker: Object.assign({}, trace.marker, { size: size }) });
  }

  function fit(trace, width) {
    var meta = trace.meta || {};
    if (meta.sized) return shrink(trace, width);
    if (!meta.geometry) return trace;
    var thin = Math.min(1, Math.max(0.5, width / FULL_WIDTH));
    function border(line) { return Object.assign({}, line, { width: line.width * thin }); }
    if (trace.type === "scattergeo") return Object.assign({}, trace, { line: border(trace.line) });
    return Object.assign({}, trace, {
      marker: Object.assign({}, trace.marker, { line: border(trace.marker.line) })
    });
  }

  // ---- what a live figure needs, loaded when the first reader's hand is on one ------------

  var loading = {};

  function load(address) {
    loading[address] = loading[address] || new Promise(function (done, failed) {
      var script = document.createElement("script");
      script.src = address;
      script.onload = done;
      script.onerror = function () {
        delete loading[address];
        failed(new Error(address + " could not be loaded"));
      };
      document.head.append(script);
    });
    return loading[address];
  }

  function ready(figure) {
    var shapes = figure.dataset.shapes, source = figure.dataset.source;
    return Promise.all([
      window.Plotly || load(BESIDE + "plotly.min.js"),
      shapes && load(BESIDE + shapes + ".js"),
      source && load(source)
    ]);
  }

  function fillGeometry(trace) {
    var name = (trace.meta || {}).geometry;
    if (!name) return trace;
    var shapes = (window.ReportGeometry || {})[name];
    if (!shapes) throw new Error("the shapes of " + name + " are not here");
    return Object.assign({}, trace, shapes.lon ? shapes : { geojson: shapes });
  }

  // ---- drawing ---------------------------------------------------------------

  function spec(figure) {
    if (!figure.reportSpec) {
      var text = figure.querySelector('script[type="application/json"]');
      var read = text ? JSON.parse(text.textContent)
        : window.ReportFigures[figure.dataset.source.replace(/.*\//, "")];
      read.data = read.data.map(fillGeometry);
      figure.reportSpec = read;
    }
    return figure.reportSpec;
  }

  function layoutOf(figure) { return narrow.matches ? spec(figure).narrow : spec(figure).layout; }

  // The frame has the height that the layout asks for already.
  function framed(layout) {
    var plain = Object.assign({}, layout, { autosize: true });
    delete plain.height;
    plain.modebar = { bgcolor: "rgba(0,0,0,0)", color: "#8a8f9c", activecolor: "#474c59" };
    return plain;
  }

  function draw(figure) {
    var plot = figure.querySelector(".report-figure-plot");
    figure.dataset.drawn = "pending";
    return ready(figure).then(function () {
      var read = spec(figure);
      var data = read.data.map(function (trace) { return fit(trace, plot.clientWidth); });
      var layout = framed(layoutOf(figure));
      var config = Object.assign({}, CONFIG, read.config);
      if (matchMedia("(pointer: coarse)").matches) {
        // A finger on a figure scrolls the page; on a map the buttons zoom.
        layout.dragmode = false;
        if (!figure.classList.contains("report-map")) config.displayModeBar = false;
      }
      return window.Plotly.react(plot, data, layout, config);
    }).then(function () {
      describe(figure, plot);
      figure.dataset.drawn = "true";
      endInvitation(figure);
    }, function (fault) { fail(figure, plot, fault); });
  }

  // The drawing is one picture with a description; the buttons beside it are no part of
  // it, since what stands within a picture can't be reached with a screen reader.
  function describe(figure, plot) {
    var picture = figure.querySelector(".report-picture");
    var label = picture ? picture.alt : plot.getAttribute("aria-label");
    plot.querySelectorAll("svg.main-svg").forEach(function (svg, i) {
      if (i > 0) return svg.setAttribute("aria-hidden", "true");
      svg.setAttribute("role", "img");
      if (label) svg.setAttribute("aria-label", label);
    });
    plot.removeAttribute("role");
    plot.removeAttribute("aria-label");
  }

  function fail(figure, plot, fault) {
    figure.dataset.drawn = "error"; // where there is a picture, it stays
    if (!figure.querySelector(".report-picture")) plot.textContent = "This figure could not be drawn.";
    console.error("Figure " + figure.dataset.name + ": " + fault.message);
  }

  function drawOnce(figure) {
    if (!figure.dataset.drawn && !figure.closest("[data-shown=false]")) draw(figure);
  }

  // ---- versions of a figure, of which one is shown -----------------------------

  // The others keep their place on the page, so that nothing moves. Once one is live, so is
  // each that is shown after it, and it takes over how far the reader has zoomed in.
  function show(versions, chosen) {
    var before = versions.find(function (one) { return one.dataset.shown === "true"; });
    versions.forEach(function (one) { one.dataset.shown = String(one.dataset.version === chosen); });
    var after = versions.find(function (one) { return one.dataset.shown === "true"; });
    if (before && before !== after) takeView(before.firstElementChild, after.firstElementChild);
  }

  function takeView(from, to) {
    if (from.dataset.drawn !== "true") return to.querySelector(".report-picture") || drawOnce(to);
    ready(to).then(function () {
      var seen = layoutOf(from).geo, own = layoutOf(to).geo;
      if (seen) {
        own.center = Object.assign({}, seen.center);
        own.projection = Object.assign({}, seen.projection);
      }
      draw(to);
    });
  }

  function startSwitch(box) {
    var versions = Array.prototype.slice.call(box.querySelectorAll(".report-switch-version"));
    box.addEventListener("change", function (event) { show(versions, event.target.value); });
    show(versions, box.querySelector("input:checked").value); // browsers may restore another
  }

  // ---- a reader reaches for a figure ---------------------------------------------------

  function invite(figure) {
    var stage = figure.querySelector(".report-figure-stage");
    var button = figure.querySelector(".report-figure-live");
    var resting = 0;
    function wanted() {
      clearTimeout(resting);
      if (!figure.dataset.drawn || figure.dataset.drawn === "error") draw(figure);
    }
    button.hidden = false;
    stage.addEventListener("pointerenter", function (event) {
      if (event.pointerType === "mouse") resting = setTimeout(wanted, PAUSE);
    });
    stage.addEventListener("pointerleave", function () { clearTimeout(resting); });
    stage.addEventListener("click", wanted);
    button.addEventListener("focus", wanted);
  }

  // The button goes once the figure is live, but not from under the keyboard.
  function endInvitation(figure) {
    var button = figure.querySelector(".report-figure-live");
    if (!button) return;
    function hide() { button.hidden = true; }
    if (document.activeElement === button) button.addEventListener("blur", hide, { once: true });
    else hide();
  }

  function start() {
    var figures = Array.prototype.slice.call(document.querySelectorAll(".report-figure"));
    document.querySelectorAll(".report-switch").forEach(startSwitch);
    var observer = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (!entry.isIntersecting) return;
        observer.unobserve(entry.target);
        drawOnce(entry.target);
      });
    }, { rootMargin: AHEAD });
    var bare = [];
    figures.forEach(function (figure) {
      if (figure.querySelector(".report-picture")) return invite(figure);
      bare.push(figure);
      observer.observe(figure);
    });
    addEventListener("beforeprint", function () { bare.forEach(drawOnce); });
    narrow.addEventListener("change", function () {
      figures.forEach(function (figure) { if (figure.dataset.drawn === "true") draw(figure); });
    });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
