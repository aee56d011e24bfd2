// Reloads a page that is being edited when the book was built anew, and shows what went wrong.
"use strict";

(() => {
  const own = Number(document.currentScript.dataset.built);

  function tell(words, role, ground) {
    const shown = document.getElementById("edit-state");
    if (shown?.textContent === words) return;
    shown?.remove();
    const box = document.createElement("pre");
    box.id = "edit-state";
    box.setAttribute("role", role);
    box.style.cssText = "position:fixed;inset:auto 0 0 0;z-index:9999;margin:0;padding:1rem;" +
      `background:${ground};color:#fff;font:15px/1.5 ui-monospace,monospace;white-space:pre-wrap`;
    document.body.append(box);
    box.textContent = words;
  }

  async function look() {
    // While nobody answers, the page stays as it is.
    const state = await fetch("/.edit/state.json").then(answer => answer.json(), () => ({}));
    if (state.building) tell("Building …", "status", "#3a3d47");
    else if (state.error) tell(state.error, "alert", "#7a1c1c");
    // After a repair the page is the same as before, but for the fault on it.
    else if (state.built && state.built !== own) return location.reload();
    setTimeout(look, 300);
  }

  look();
})();
