"""House rules of the chapters that no build would enforce."""

import re

import pytest

from analysis.paths import ROOT
from analysis.publish.build.book import read_book
from analysis.publish.build.source import Chunk, Prose, parse

LONGEST = 8

# Numbers that are no results of this report: (chapter, text): why it may be typed.
TYPED_ON_PURPOSE = {("report/colophon.qmd", "4.0"): "in the name of a licence"}

CHAPTERS = [chapter.source for chapter in read_book(ROOT).chapters]
ABBREVIATIONS = (
    r"(?<!et al)(?<!e\.g)(?<!i\.e)(?<!\bvs)(?<!\bSt)(?<!\bU\.S)(?<!\bp)(?<!\bpp)(?<!\b[A-Z])"
)
TWO_SENTENCES = re.compile(ABBREVIATIONS + r"[.!?][\"”’)]*\s+[A-Z`]")
TYPED_RESULT = re.compile(r"[−-]?\d+\.\d+|\d+(?:\.\d+)?\s?(?:%|per\s?cent)")


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


@pytest.mark.parametrize("path", CHAPTERS)
def test_chunks_are_short_and_labelled(path):
    source = read(path)
    stem = path.rsplit("/", 1)[-1].removesuffix(".qmd")
    labels = [str(chunk.options.get("label", "")) for chunk in source.chunks]
    assert len(set(labels)) == len(labels), "labels are used twice"
    for chunk, label in zip(source.chunks, labels, strict=True):
        assert re.fullmatch(rf"{stem}-[a-z0-9-]+", label), f"line {chunk.line}: label {label!r}"
        assert next(iter(chunk.options)) == "label", f"line {chunk.line}: the label comes first"
        lines = [line for line in chunk.code.splitlines() if line.strip()]
        assert len(lines) <= LONGEST, f"line {chunk.line}: {len(lines)} lines of code"


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
    assert TYPED_RESULT.findall("It is 41.5 or 12% or 3 per cent of 741") == [
        "41.5",
        "12%",
        "3 per cent",
    ]
