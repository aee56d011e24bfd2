// Light or dark: as the system says, until the reader chooses. Runs before the page is drawn.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const show = () => {
    root.dataset.theme = stored() || (system.matches ? "dark" : "light");
    const button = document.getElementById("theme");
    if (button) button.textContent = root.dataset.theme === "dark" ? "Light theme" : "Dark theme";
  };
  show();
  system.addEventListener("change", show);
  addEventListener("DOMContentLoaded", () => {
    show();
    document.getElementById("theme").addEventListener("click", () => {
      const other = root.dataset.theme === "dark" ? "light" : "dark";
      try { localStorage.setItem("theme", other); } catch { root.dataset.theme = other; return; }
      show();
    });
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
