"""What searches know: words of pages without their code, and in Quarto's a profile of every zone.

Quarto's own index runs the title of a call-out into its kind, loses the first heading of most
chapters, and holds every line of code. Entries of the pages that were made are written anew from
the pages; the others stay as they are.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from html.parser import HTMLParser
from pathlib import Path

INDEX = "search.json"
FINDER = 'id="place-finder"'
PLACES = "results/places/index.js"
# What a reader does not read as text.
SILENT = {"annotation", "button", "nav", "noscript", "pre", "script", "style", "svg", "template"}
ASIDE = {"code-fold", "data-link", "notice", "report-figure", "screen-reader-only"}
# Elements that end no word; others stand apart from what is around them.
WITHIN = {"a", "abbr", "b", "bdi", "cite", "code", "em", "i", "mark", "q", "small", "span"}
WITHIN |= {"strong", "sub", "sup", "wbr", "math", "semantics", "mi", "mn", "mo", "mrow", "ms"}
WITHIN |= {"msub", "msubsup", "msup", "mtext"}
EMPTY = {"br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


class _Page(HTMLParser):
    """Words of a page: its title, and those of the page itself and of each of its sections."""

    def __init__(self, page: str):
        super().__init__()
        self.page, self.open, self.silent = page, [], 0
        self.sections = {page: ([], [])}  # by address: heading and text
        self.title: list[str] = []
        self.at = [page]

    def handle_starttag(self, tag: str, attributes: list) -> None:
        known = {name: value or "" for name, value in attributes}
        if tag not in WITHIN:
            self.handle_data(" ")
        if tag in EMPTY:
            return
        classes = known.get("class", "").split()
        hidden = "display: none" in known.get("style", "")
        quiet = hidden or tag in SILENT or not ASIDE.isdisjoint(classes)
        self.open.append((tag, quiet))
        self.silent += quiet
        if tag == "section":
            own = "level2" in classes and "id" in known
            self.at.append(f"{self.page}#{known['id']}" if own else self.at[-1])
            self.sections.setdefault(self.at[-1], ([], []))

    def handle_endtag(self, tag: str) -> None:
        if tag not in (name for name, _ in self.open):
            return
        # What was left open within it ends with it.
        while self.open:
            name, quiet = self.open.pop()
            self.silent -= quiet
            if name == "section":
                self.at.pop()
            if name == tag:
                break
        if tag not in WITHIN:
            self.handle_data(" ")

    def handle_data(self, data: str) -> None:
        inside = [tag for tag, _ in self.open]
        if self.silent or "main" not in inside:
            return
        heading, text = self.sections[self.at[-1]]
        if "h1" in inside:
            self.title.append(data)
        elif "header" not in inside:
            (heading if "h2" in inside else text).append(data)


def write_quarto_index(site: Path, pages: Sequence[str]) -> None:
    """Bring the index of Quarto's site up to date with pages that were made, by their names."""
    path = site / INDEX
    if not path.is_file():
        return
    entries = json.loads(path.read_text(encoding="utf-8"))
    entries = [entry for entry in entries if entry["href"].partition("#")[0] not in pages]
    for page in pages:
        text = (site / page).read_text(encoding="utf-8")
        # Quarto shows the words of a text as HTML, those of headings as they are.
        entries += [
            {**entry, "text": escape(entry["text"], quote=False)}
            for entry in entries_of(page, text)
        ]
        if FINDER in text:
            entries += zones(page, (site / PLACES).read_text(encoding="utf-8"))
    path.write_text(json.dumps(entries, ensure_ascii=False, separators=(",", ":")), "utf-8")


def write_preview_index(path: Path, pages: Mapping[str, str]) -> None:
    """Write the preview's index of pages, given as HTML by name.

    A script, not a JSON file, so that search works from a folder as well.
    """
    entries = [entry for page, text in pages.items() for entry in entries_of(page, text)]
    path.write_text(f"window.searchIndex = {json.dumps(entries, ensure_ascii=False)};\n", "utf-8")


def entries_of(page: str, text: str) -> Iterator[dict[str, str]]:
    """Entries of a page: one for what stands before its sections, and one a section."""
    parser = _Page(page)
    parser.feed(text)
    parser.close()
    title = _joined(parser.title)
    for address, (heading, words) in parser.sections.items():
        if joined := _joined(words):
            yield {"href": address, "title": title, "section": _joined(heading), "text": joined}


def zones(page: str, script: str) -> Iterator[dict[str, str]]:
    """An entry for the profile of each zone that the finder's script lists, with its cities.

    They have no words in common that a search could mean: it would find all of them.
    """
    places = json.loads(script[script.index("{") : script.rindex("}") + 1])
    named = Counter((name, state) for _, name, state in places["zones"])
    largest = {zone: county for _, county, zone, _ in reversed(places["counties"])}
    cities: dict[int, list[str]] = {}
    for county, names in zip(places["counties"], places.get("cities", ()), strict=False):
        _, _, zone, state = county
        postal = places["states"][state][0]
        cities.setdefault(zone, []).extend(f"{city}, {postal}" for city in names)
    for at, (number, name, state) in enumerate(places["zones"]):
        label = f"{name}, {places['states'][state][0]}"
        if named[name, state] > 1 and at in largest:
            label += f" ({largest[at]})"
        others = "; ".join(city for city in cities.get(at, ()) if city != label)
        text = {"text": escape(others, quote=False)} if others else {}
        yield {"href": f"{page}#cz={number}", "title": "", "section": label, **text}


def _joined(words: list[str]) -> str:
    return " ".join("".join(words).replace("\u200b", "").split())
