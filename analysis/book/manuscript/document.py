"""A woven chapter as a document tree, with its title, numbers and links worked out.

Pandoc reads the Markdown; this module numbers what is referred to, as Quarto
does: by chapter, "2.1", or "A.1" in an appendix.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from joblib import cpu_count

from analysis.book.manuscript.book import Book, Chapter
from analysis.book.manuscript.markup import CALLOUTS
from analysis.book.manuscript.pandoc import read_markdown
from analysis.errors import ReportError

KINDS = {"fig": "Figure", "tbl": "Table", "eq": "Equation", "sec": "Section"}
REFERENCE = re.compile(r"^(fig|tbl|eq|sec)-")
FLOAT = re.compile(r"^(fig|tbl)-")
# As `analysis.book.run.weave.count_on` writes it.
ON_SITE_ALONE = re.compile(r"// on the site alone: (\d+) figures, (\d+) tables, (\d+) sections")


@dataclass(frozen=True)
class Anchor:
    """Something that can be referred to: "Figure" "2.1" on a page, or a title."""

    word: str
    number: str
    title: str
    page: str


@dataclass
class Document:
    """One chapter, ready to be written in a format."""

    chapter: Chapter
    woven: str
    source: str
    title: list
    identifier: str
    number: str
    blocks: list
    version: list
    anchors: dict[str, Anchor] = field(default_factory=dict)
    citations: set[str] = field(default_factory=set)
    images: set[str] = field(default_factory=set)

    @property
    def plain_title(self) -> str:
        return stringify(self.title)

    @property
    def name(self) -> str:
        """The title as it stands above the page and in the lists of chapters."""
        if self.chapter.appendix and self.number:
            return f"Appendix {self.number}: {self.plain_title}"
        return f"{self.number} {self.plain_title}".strip()


def read_trees(woven: dict[str, str]) -> dict[str, dict]:
    """Pandoc's tree of each chapter's woven Markdown, by the chapter's path."""
    with ThreadPoolExecutor(cpu_count()) as pool:
        trees = pool.map(lambda item: read_markdown(item[1], place=item[0]), woven.items())
        return dict(zip(woven, trees, strict=True))


def read_documents(
    book: Book, woven: dict[str, str], trees: dict[str, dict], *, target: str
) -> list[Document]:
    """All the chapters as documents, numbered and with their links checked.

    Parameters
    ----------
    book : Book
    woven : dict of str
        The woven Markdown of each chapter's path.
    trees : dict of dict
        As `read_trees` gives them; they are left as they are.
    target : {"html", "typst"}
        What is meant for the other one is left out before anything is numbered.
    """
    documents = []
    numbers = {False: iter(range(1, 1000)), True: iter("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
    for chapter in book.chapters:
        # a copy down to the leaves, since numbers and links are written into it
        tree = {key: _meant_for(target, part) for key, part in trees[chapter.source].items()}
        source = (book.root / chapter.source).read_text(encoding="utf-8")
        document = _document(chapter, tree, woven[chapter.source], source)
        if document.number != "unnumbered":
            document.number = str(next(numbers[chapter.appendix]))
        else:
            document.number = ""
        _number(document)
        documents.append(document)
    _check_unique(documents)
    anchors = {key: anchor for document in documents for key, anchor in document.anchors.items()}
    pages = {document.chapter.source: document for document in documents}
    keys = _keys(book)
    for document in documents:
        _resolve(document, anchors, pages, keys, book)
    return documents


def line_of(document: Document, text: str) -> str:
    """Where `text` is written in the chapter, in words for a message."""
    for number, line in enumerate(document.source.splitlines(), start=1):
        if text in line:
            return f"{document.chapter.source}, line {number}"
    return document.chapter.source


def walk(node) -> Iterator[dict]:
    """Every element of a tree, outer ones first."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if "t" in node:
                yield node
            waiting += [child for child in reversed(node.values()) if type(child) in (dict, list)]
        elif isinstance(node, list):
            waiting += reversed(node)


def stringify(inlines: list) -> str:
    """The words of some inlines, without markup."""
    words = []
    for node in walk(inlines):
        match node["t"]:
            case "Str":
                words.append(node["c"])
            case "Space" | "SoftBreak":
                words.append(" ")
            case "Code" | "Math":
                words.append(node["c"][1])
    return "".join(words)


def _meant_for(target: str, node):
    """A tree without the divisions that are meant for the other format."""
    if isinstance(node, dict):
        return {key: _meant_for(target, child) for key, child in node.items()}
    if not isinstance(node, list):
        return node
    kept = []
    for child in node:
        kind = child.get("t") if isinstance(child, dict) else None
        if kind == "RawBlock" and child["c"][0] == "typst" and target == "html":
            continue
        if kind == "Div":
            (_, classes, pairs), content = child["c"]
            visible, hidden = "content-visible" in classes, "content-hidden" in classes
            if visible or hidden:
                if _matches(target, dict(pairs)) == visible:
                    kept += _meant_for(target, content)
                continue
        kept.append(_meant_for(target, child))
    return kept


def _matches(target: str, conditions: dict[str, str]) -> bool:
    if "when-format" in conditions:
        return conditions["when-format"] == target
    return conditions.get("unless-format") != target


def _document(chapter: Chapter, tree: dict, woven: str, source: str) -> Document:
    """Take the title out: a heading of the first level, or else the front matter's."""
    blocks = tree["blocks"]
    first = next((block for block in blocks if block["t"] != "RawBlock"), None)
    if first and first["t"] == "Header" and first["c"][0] == 1:
        blocks.remove(first)
        (identifier, classes, _), title = first["c"][1:]
    elif "title" in tree["meta"]:
        meta = tree["meta"]["title"]
        title, classes = meta["c"], []
        identifier = Path(chapter.source).stem
        if "{#" in stringify(title):
            raise ReportError(
                f"{chapter.source}, line 2: a title in the front matter can't carry an identifier; "
                "write the title as a heading instead: # Title {#sec-name}."
            )
    else:
        raise ReportError(f"{chapter.source}, line 1: the chapter has no title (# Title).")
    number = "unnumbered" if "unnumbered" in classes else ""
    return Document(
        chapter, woven, source, title, identifier, number, blocks, tree["pandoc-api-version"]
    )


def _number(document: Document) -> None:
    """Number headings and everything that can be referred to, in order."""
    page = document.chapter.page
    chapter_word = "Appendix" if document.chapter.appendix else "Chapter"
    document.anchors[document.identifier] = Anchor(
        chapter_word, document.number, document.plain_title, page
    )
    depth = [0] * 6
    counts = dict.fromkeys(KINDS, 0)

    def numbered(*parts: object) -> str:
        return ".".join(str(part) for part in (document.number, *parts) if part != "")

    def add(identifier: str, kind: str) -> str:
        counts[kind] += 1
        number = numbered(counts[kind])
        document.anchors[identifier] = Anchor(KINDS[kind], number, "", page)
        return number

    _name_callouts(document.blocks)
    for node in walk(document.blocks):
        if node["t"] == "Header":
            level, attributes, _ = node["c"]
            if level == 1:
                raise ReportError(
                    f"{line_of(document, '# ' + stringify(node['c'][2]))}: "
                    "a second heading of the first level; a file is one chapter."
                )
            if not document.number and "unnumbered" not in attributes[1]:
                attributes[1].append("unnumbered")
            number = ""
            if "unnumbered" not in attributes[1]:
                depth[level - 2] += 1
                depth[level - 1 :] = [0] * len(depth[level - 1 :])
                number = numbered(*depth[: level - 1])
                attributes[2].append(["number", number])
            title = stringify(node["c"][2])
            document.anchors[attributes[0]] = Anchor("Section", number, title, page)
        elif node["t"] == "RawBlock" and (match := ON_SITE_ALONE.match(node["c"][1])):
            figures, tables, sections = map(int, match.groups())
            counts["fig"] += figures
            counts["tbl"] += tables
            if sections:
                depth[0] += sections
                depth[1:] = [0] * len(depth[1:])
        elif node["t"] == "Div" and (match := FLOAT.match(node["c"][0][0])):
            attributes = node["c"][0]
            attributes[2].append(["number", add(attributes[0], match[1])])
        elif node["t"] in {"Para", "Plain"}:
            _number_equation(document, node, add)


def _name_callouts(blocks: list) -> None:
    """A heading that opens a call-out is its title, and no section."""
    for node in walk(blocks):
        if node["t"] == "Div" and any(name in CALLOUTS for name in node["c"][0][1]):
            content, pairs = node["c"][1], node["c"][0][2]
            if content and content[0]["t"] == "Header":
                pairs.append(["title", stringify(content.pop(0)["c"][2])])


def _number_equation(document: Document, paragraph: dict, add) -> None:
    """Mark ``$$ … $$ {#eq-x alt="…"}`` as a span that carries its number and its words."""
    inlines, at = paragraph["c"], 0
    while at < len(inlines):
        node = inlines[at]
        label, words, used = _equation_label(inlines[at + 1 :]) if _is_display(node) else NO_LABEL
        if _is_display(node) and not words:
            place = line_of(document, label or "$$")
            raise ReportError(f'{place}: a formula needs words: $$ … $$ {{#eq-name alt="…"}}.')
        if label:
            pairs = [["number", add(label, "eq")], ["alt", words]]
            inlines[at : at + 1 + used] = [
                {"t": "Span", "c": [[label, ["equation"], pairs], [node]]}
            ]
        at += 1


def _is_display(node: dict) -> bool:
    return node["t"] == "Math" and node["c"][0]["t"] == "DisplayMath"


NO_LABEL = ("", "", 0)


def _equation_label(following: list) -> tuple[str, str, int]:
    """Identifier, alternative text and number of the inlines that hold them."""
    start = 1 if following and following[0]["t"] in {"Space", "SoftBreak"} else 0
    for end in range(start + 1, len(following) + 1):
        if following[end - 1]["t"] == "Str" and following[end - 1]["c"].endswith("}"):
            text = stringify(following[start:end])  # which leaves out quotation marks
            match = re.fullmatch(r"\{#(eq-[\w-]+)(?:\s+alt=(.*))?\}", text)
            return (match[1], match[2] or "", end) if match else NO_LABEL
    return NO_LABEL


def _check_unique(documents: list[Document]) -> None:
    seen: dict[str, Document] = {}
    for document in documents:
        for identifier in document.anchors:
            if REFERENCE.match(identifier) and identifier in seen:
                raise ReportError(
                    f"{line_of(document, identifier)}: the identifier {identifier} "
                    f"is used in {seen[identifier].chapter.source} already."
                )
            seen[identifier] = document


def _keys(book: Book) -> set[str]:
    """Keys of the bibliography's entries."""
    if not book.bibliography:
        return set()
    text = book.bibliography.read_text(encoding="utf-8")
    return set(re.findall(r"^\s*@\w+\s*\{\s*([^,\s]+)", text, re.MULTILINE))


def _resolve(document: Document, anchors: dict, pages: dict, keys: set[str], book: Book) -> None:
    """Check every reference; turn links between chapters and images into plain paths."""
    folder = posixpath.dirname(document.chapter.source)
    for node in walk(document.blocks):
        if node["t"] == "Cite":
            for citation in node["c"][0]:
                key = citation["citationId"]
                if not REFERENCE.match(key):
                    if key not in keys:
                        named = book.bibliography.name if book.bibliography else "the book"
                        raise ReportError(
                            f"{line_of(document, '@' + key)}: nothing in {named} has the key {key}."
                        )
                    document.citations.add(key)
                elif key not in anchors:
                    raise ReportError(
                        f"{line_of(document, '@' + key)}: the cross-reference @{key} leads nowhere."
                    )
        elif node["t"] == "Link":
            node["c"][2][0] = _link(document, node["c"][2][0], folder, pages)
        elif node["t"] == "Image":
            target = node["c"][2][0]
            if not target.startswith("data:"):
                path = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
                if not (book.root / path).is_file():
                    raise ReportError(
                        f"{line_of(document, target)}: the picture {target} does not exist."
                    )
                document.images.add(path)
                node["c"][2][0] = "/" + path


def _link(document: Document, target: str, folder: str, pages: dict) -> str:
    """A link to a chapter as "/page.html#id"; any other is left alone."""
    if target.startswith("#"):
        path, fragment = document.chapter.source, target[1:]
    else:
        path, _, fragment = target.partition("#")
        if not path.endswith(".qmd") or "://" in path:
            return target
        path = posixpath.normpath(posixpath.join("/" + folder, path)).lstrip("/")
    if path not in pages:
        raise ReportError(
            f"{line_of(document, target)}: the link to {target} names no chapter of the book."
        )
    page = pages[path]
    if fragment and fragment not in page.anchors and f"#{fragment}" not in page.woven:
        raise ReportError(f"{line_of(document, target)}: the link to {target} leads nowhere.")
    return f"/{page.chapter.page}#{fragment or page.identifier}"
