// Reloads a page that is being edited when the book was built anew, and shows what went wrong.
"use strict";

(() => {
  const own = Number(document.currentScript.dataset.built);

  function tell(words, role, ground) {
    document.getElementById("edit-said")?.remove();
    if (!words) return;
    const box = document.createElement("pre");
    box.id = "edit-said";
    box.setAttribute("role", role);
    box.style.cssText = "position:fixed;inset:auto 0 0 0;z-index:9999;margin:0;padding:1rem;" +
      `background:${ground};color:#fff;font:15px/1.5 ui-monospace,monospace;white-space:pre-wrap`;
    document.body.append(box);
    box.textContent = words;
  }

  new EventSource("/.edit/stream").onmessage = (event) => {
    const said = JSON.parse(event.data);
    if (said.error) tell(said.error, "alert", "#7a1c1c");
    else if (said.building) tell("Building …", "status", "#3a3d47");
    // After a repair the page is the same as before, but for the fault on it.
    else if (said.built && said.built !== own) location.reload();
  };
})();
