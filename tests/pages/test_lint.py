"""House rules of the chapters that no build would enforce."""

import ast
import re

import pytest

from analysis.book.manuscript.book import read_book
from analysis.book.manuscript.source import Chunk, Prose, inline_expressions, parse
from analysis.paths import ROOT

LONGEST, LONGEST_SET_UP = 15, 40
# Inline code is a name, or a call of one, so that a sentence reads as a sentence.
LONGEST_INLINE, MOST_INLINE = 50, 0.10
# A chapter leans on a few names, and all chapters on a few doors of the package.
MOST_IMPORTS, MOST_MODULES = 12, 12
# What a reader operates, or takes along, is one thing.
WIDGETS = {"finder", "place_finder", "calculator", "file_list"}
# `variables` shows one table of the codebook for each domain.
SHOWING = {"show", "variables"}
# Words of widgets, of files and of faults are part of the interface.
INTERFACE = {
    *("finder.py", "places.py", "calculator.py", "card_files.py", "result_files.py", "show.py"),
    *("holds.py", "render_svg.py"),
}

# Numbers that are no results of this report: (chapter, text): why it may be typed.
TYPED_ON_PURPOSE = {("report/colophon.qmd", "4.0"): "in the name of a licence"}

CHAPTERS = read_book(ROOT).sources
ABBREVIATIONS = (
    r"(?<!et al)(?<!e\.g)(?<!i\.e)(?<!\bvs)(?<!\bSt)(?<!\bU\.S)(?<!\bp)(?<!\bpp)(?<!\b[A-Z])"
)
TWO_SENTENCES = re.compile(ABBREVIATIONS + r"[.!?][\"”’)]*\s+[A-Z`]")
# The level of an interval is a convention and no result.
TYPED_RESULT = re.compile(r"[−-]?\d+\.\d+|(?!95%)(?<!middle )\b\d+(?:\.\d+)?\s?(?:%|per\s?cent)")


def read(path):
    return parse(path, (ROOT / path).read_text(encoding="utf-8"))


def prose_lines(source):
    """Lines of running text with their numbers, without code, math, addresses and headings."""
    for block in source.blocks:
        if not isinstance(block, Prose) or block.code:
            continue
        for offset, line in enumerate(block.text.splitlines()):
            text = re.sub(r"`\{python\}[^`]*`|`[^`]*`|\$[^$]*\$|\]\([^)]*\)|\{[^}]*\}", "¤", line)
            if text.strip() and not text.startswith(("#", "|", ":::", "[^")):
                yield block.line + offset, re.sub(r"^\s*(?:\d+\.|[-*:>])\s+", "", text)


def inline_code(path):
    """Inline expressions of a chapter with their lines, and the characters of its prose."""
    prose = [block for block in read(path).blocks if isinstance(block, Prose) and not block.code]
    found = [expression for block in prose for expression in inline_expressions(path, block)]
    return found, sum(len(block.text) for block in prose)


@pytest.mark.parametrize("path", CHAPTERS)
def test_inline_code_is_short(path):
    """What is longer gets a name in the chunk above."""
    found, _ = inline_code(path)
    assert [(line, code) for code, line in found if len(code) > LONGEST_INLINE] == []


@pytest.mark.parametrize("path", CHAPTERS)
def test_prose_is_hardly_interrupted_by_code(path):
    found, characters = inline_code(path)
    share = sum(len(code) for code, _ in found) / characters
    assert share <= MOST_INLINE, f"{share:.1%} of the prose is inline code"


def imports(chunk):
    """The modules of a chunk's import statements, one each."""
    tree = ast.walk(ast.parse(chunk.code))
    found = [node for node in tree if isinstance(node, ast.Import | ast.ImportFrom)]
    return [getattr(node, "module", None) or node.names[0].name for node in found]


@pytest.mark.parametrize("path", CHAPTERS)
def test_set_ups_import_little(path):
    """What a single chunk needs is imported there, where a reader sees it."""
    for chunk in read(path).chunks[:1]:
        assert len(imports(chunk)) <= MOST_IMPORTS


def test_chapters_come_in_by_few_doors():
    named = {name for path in CHAPTERS for chunk in read(path).chunks for name in imports(chunk)}
    doors = sorted(name for name in named if name.split(".")[0] == "analysis")
    assert len(doors) <= MOST_MODULES, doors


@pytest.mark.parametrize("path", CHAPTERS)
def test_chunks_are_short_and_labelled(path):
    """A shown chunk is named as what it shows, any other after its chapter."""
    source = read(path)
    stem = path.rsplit("/", 1)[-1].removesuffix(".qmd")
    shown = {name for name, _ in floats((ROOT / path).read_text(encoding="utf-8"))}
    labels = [str(chunk.options.get("label", "")) for chunk in source.chunks]
    assert len(set(labels)) == len(labels), "labels are used twice"
    for chunk, label in zip(source.chunks, labels, strict=True):
        named = label in shown or re.fullmatch(rf"{stem}-[a-z0-9-]+", label)
        assert named, f"line {chunk.line}: label {label!r}"
        assert next(iter(chunk.options)) == "label", f"line {chunk.line}: the label comes first"
        lines = [line for line in chunk.code.splitlines() if line.strip()]
        longest = LONGEST if chunk.options.get("include", True) else LONGEST_SET_UP
        assert len(lines) <= longest, f"line {chunk.line}: {len(lines)} lines of code"


@pytest.mark.parametrize("path", CHAPTERS)
def test_what_is_shown_is_computed_in_view_and_captioned_in_the_chapter(path):
    """A cross-reference division holds one chunk that ends with show(…), and ends in a caption."""
    for name, body in floats((ROOT / path).read_text(encoding="utf-8")):
        chunks = re.findall(r"^```\{python\}\n(.*?)^```$", body, re.DOTALL | re.MULTILINE)
        assert len(chunks) <= 1, name
        for chunk in chunks:
            assert f"#| label: {name}\n" in chunk or f'name="{name}"' in chunk, name
            last = ast.parse(re.sub(r"^#\|.*$", "", chunk, flags=re.MULTILINE)).body[-1]
            assert ast.unparse(last).split("(")[0] in SHOWING, name
        caption = body.strip().splitlines()[-1]
        assert re.search(r"[.!?)]`?$", caption), f"{name} has no caption: {caption!r}"


def floats(text: str) -> list[tuple[str, str]]:
    """Figures and tables of a chapter: name, and what stands in the division."""
    opened = r"^(:{3,}) \{#(?:fig|tbl)-([\w-]+)[^}]*\}\n(.*?)^\1 *$"
    return [found.group(2, 3) for found in re.finditer(opened, text, re.DOTALL | re.MULTILINE)]


@pytest.mark.parametrize("path", CHAPTERS)
def test_no_chunk_is_one_opaque_call(path):
    """Widgets and files apart, a chunk shows a step and not only the name of one."""
    for chunk in read(path).chunks:
        body = ast.parse(chunk.code).body
        if len(body) == 1 and isinstance(body[0], ast.Expr):
            called = ast.unparse(body[0].value).split("(")[0]
            assert called in SHOWING | WIDGETS, f"line {chunk.line}: {called}"


@pytest.mark.parametrize("path", CHAPTERS)
def test_guards_stand_at_the_end_of_a_sentence(path):
    for line, text in enumerate((ROOT / path).read_text(encoding="utf-8").splitlines(), start=1):
        for after in re.findall(r"`\{python\} holds\([^`]*`(.{0,2})", text):
            assert after[:1] in ".:;,)!?*", f"line {line}: {after!r} follows the guard"


def test_sentences_live_in_chapters():
    """What readers see is written in chapters, and not put together in Python."""
    found = []
    for path in sorted((ROOT / "analysis" / "publish").rglob("*.py")):
        name = path.relative_to(ROOT / "analysis" / "publish").as_posix()
        if path.name in INTERFACE:
            continue
        found += [f"{name}, line {line}: {text}" for line, text in sentences(path)]
    assert found == []


def sentences(path):
    """Texts of six words or more that end as sentences do; errors and docstrings apart."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    spared = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise):
            spared.update(map(id, ast.walk(node)))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            spared.add(id(node.value))
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in spared
        ):
            text = node.value.strip()
            if len(text.split()) >= 6 and text.endswith((".", ":", "?")):
                yield node.lineno, text


@pytest.mark.parametrize("path", CHAPTERS)
def test_the_first_chunk_is_the_one_hidden_set_up(path):
    chunks = read(path).chunks
    hidden = [chunk for chunk in chunks if chunk.options.get("include") is False]
    assert hidden == chunks[:1]
    for chunk in hidden:
        assert chunk.label.endswith("-setup")


@pytest.mark.parametrize("path", CHAPTERS)
def test_one_sentence_a_line(path):
    found = [(line, text) for line, text in prose_lines(read(path)) if TWO_SENTENCES.search(text)]
    assert found == []


@pytest.mark.parametrize("path", CHAPTERS)
def test_no_result_is_typed(path):
    found = [
        (line, match)
        for line, text in prose_lines(read(path))
        for match in TYPED_RESULT.findall(text)
        if (path, match) not in TYPED_ON_PURPOSE
    ]
    assert found == []


@pytest.mark.parametrize("path", CHAPTERS)
def test_pictures_come_from_code(path):
    """So that each has a caption, alt text and its data, which `Figure` insists on."""
    for block in read(path).blocks:
        if isinstance(block, Prose) and not block.code:
            assert "![" not in block.text, f"from line {block.line}"
        if isinstance(block, Chunk):
            assert "savefig" not in block.code
            assert ".show()" not in block.code


def test_the_rules_catch_what_they_should():
    assert TWO_SENTENCES.search("It rose. Then it fell.")
    assert not TWO_SENTENCES.search("It rose (Chetty et al. 2014) from 3.5 to 4.")
    assert not TYPED_RESULT.findall("a 95% interval, the middle 90%")
    assert TYPED_RESULT.findall("It is 41.5 or 12% or 3 per cent of 741") == [
        "41.5",
        "12%",
        "3 per cent",
    ]
