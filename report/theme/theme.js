// What every page does: its theme is as the system says, until the reader chooses, and is settled
// before the page is drawn; what is folded opens when it is asked for.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const show = () => {
    root.dataset.theme = stored() || (system.matches ? "dark" : "light");
    const button = document.getElementById("theme");
    if (button) button.textContent = root.dataset.theme === "dark" ? "Light theme" : "Dark theme";
  };
  // Quarto's sidebar has a place for tools, and no button.
  const button = () => {
    const tools = document.querySelector(".sidebar-tools-main");
    if (!document.getElementById("theme")) {
      tools.insertAdjacentHTML("beforeend", '<button type="button" id="theme"></button>');
    }
    return document.getElementById("theme");
  };
  show();
  system.addEventListener("change", show);
  addEventListener("DOMContentLoaded", () => {
    button().addEventListener("click", () => {
      const other = root.dataset.theme === "dark" ? "light" : "dark";
      try { localStorage.setItem("theme", other); } catch { root.dataset.theme = other; return; }
      show();
    });
    show();
  });
  // A link into a folded part opens it, and so does paper.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = target?.closest("details.fold:not([open])");
    if (!folded) return;
    folded.open = true;
    target.scrollIntoView();
  };
  addEventListener("DOMContentLoaded", reveal);
  addEventListener("hashchange", reveal);
  addEventListener("beforeprint", () => {
    for (const folded of document.querySelectorAll("details.fold")) folded.open = true;
  });
  // On a phone the menu is closed as soon as it is there, before anything is painted.
  if (matchMedia("(max-width: 48rem)").matches) {
    new MutationObserver((_, watch) => {
      const menu = document.querySelector(".site-menu");
      if (!menu) return;
      menu.open = false;
      watch.disconnect();
    }).observe(root, { childList: true, subtree: true });
  }
})();
