// Search over the index that the build wrote; it is loaded when the reader comes to search.
(() => {
  const form = document.querySelector(".search");
  const input = form.querySelector("input");
  const results = form.querySelector(".search-results");
  const root = form.dataset.root;
  const shown = 8;

  function load() {
    if (load.begun) return;
    load.begun = true;
    const script = document.createElement("script");
    script.src = root + "assets/search-index.js";
    script.onload = search;
    document.head.append(script);
  }

  function score(entry, words) {
    const title = (entry.section || entry.title).toLowerCase();
    const text = entry.text.toLowerCase();
    let total = 0;
    for (const word of words) {
      const inText = text.split(word).length - 1;
      const inTitle = title.includes(word);
      if (!inText && !inTitle) return 0;
      total += Math.min(inText, 5) + (inTitle ? 10 : 0);
    }
    return total;
  }

  function excerpt(entry, word) {
    const at = entry.text.toLowerCase().indexOf(word);
    const start = Math.max(0, at - 40);
    const line = document.createElement("span");
    line.className = "what";
    const before = (start ? "…" : "") + entry.text.slice(start, Math.max(at, 0));
    line.append(before);
    if (at >= 0) {
      const mark = document.createElement("mark");
      mark.textContent = entry.text.slice(at, at + word.length);
      line.append(mark);
    }
    const after = at >= 0 ? at + word.length : 0;
    line.append(entry.text.slice(after, after + 70) + "…");
    return line;
  }

  function item(entry, word) {
    const link = document.createElement("a");
    link.href = root + entry.href;
    const where = document.createElement("span");
    where.className = "where";
    where.textContent = entry.section ? `${entry.title}: ${entry.section}` : entry.title;
    link.append(where, excerpt(entry, word));
    const line = document.createElement("li");
    line.append(link);
    return line;
  }

  function search() {
    const words = input.value.toLowerCase().split(/\s+/).filter(word => word.length > 1);
    results.replaceChildren();
    if (!words.length || !window.searchIndex) return;
    const found = window.searchIndex
      .map(entry => ({ entry, points: score(entry, words) }))
      .filter(hit => hit.points)
      .sort((a, b) => b.points - a.points);
    const count = document.createElement("p");
    count.textContent = found.length === 1 ? "1 section" : `${found.length || "No"} sections`;
    const list = document.createElement("ul");
    list.append(...found.slice(0, shown).map(hit => item(hit.entry, words[0])));
    results.append(count, list);
  }

  input.addEventListener("focus", load);
  input.addEventListener("input", () => { load(); search(); });
  form.addEventListener("submit", event => {
    event.preventDefault();
    results.querySelector("a")?.click();
  });
})();
