// Reloads a page that is being edited when it has changed, and shows what went wrong.
"use strict";

(() => {
  const address = location.pathname;
  let shown = null;

  const text = async () => (await fetch(address, { cache: "no-store" })).text();
  text().then((found) => { shown = found; });

  function tell(words) {
    let box = document.getElementById("edit-fault");
    if (!words) {
      if (box) box.remove();
      return;
    }
    if (!box) {
      box = document.createElement("pre");
      box.id = "edit-fault";
      box.setAttribute("role", "alert");
      box.style.cssText = "position:fixed;inset:auto 0 0 0;z-index:9999;margin:0;padding:1rem;" +
        "background:#7a1c1c;color:#fff;font:15px/1.5 ui-monospace,monospace;white-space:pre-wrap";
      document.body.append(box);
    }
    box.textContent = words;
  }

  new EventSource("/.edit/stream").onmessage = async (event) => {
    const said = JSON.parse(event.data);
    if (said.error) { tell(said.error); return; }
    if (!said.built) return;
    tell("");
    // Styles and scripts may have changed without the page's own text.
    if (said.everything || await text() !== shown) location.reload();
  };
})();
