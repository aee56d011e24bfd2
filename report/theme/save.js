// Beside each figure's link to its picture as SVG, one that saves it as PNG. Browsers let a page
// read its own pictures only where it came from a server: elsewhere the SVG alone is offered.
(function () {
  "use strict";
  var SCALE = 2; // pixels of the PNG for one of the drawing

  function save(link) {
    var picture = new Image();
    picture.onload = function () {
      var canvas = document.createElement("canvas");
      canvas.width = SCALE * picture.naturalWidth;
      canvas.height = SCALE * picture.naturalHeight;
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(function (blob) {
        var saved = document.createElement("a");
        saved.href = URL.createObjectURL(blob);
        saved.download = link.href.split("/").pop().replace(/svg$/, "png");
        saved.click();
        setTimeout(function () { URL.revokeObjectURL(saved.href); }, 1000);
      }, "image/png");
    };
    picture.src = link.href;
  }

  if (!/^http/.test(location.protocol)) return;
  document.querySelectorAll("a.save-picture").forEach(function (link) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "save-png";
    button.textContent = "PNG";
    button.setAttribute("aria-label", "Picture (PNG)");
    button.addEventListener("click", function () { save(link); });
    link.after(" ", button);
  });
})();
