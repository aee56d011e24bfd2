"""From chapters as written to Markdown with everything computed in place."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analysis.book.manuscript.book import Book
from analysis.book.manuscript.markup import check
from analysis.book.manuscript.source import Prose, Source, inline_expressions, parse
from analysis.book.run.execute import Chapters, Outputs
from analysis.book.run.weave import weave
from analysis.data.locate import is_here
from analysis.publish.chapter.holds import CLASS
from analysis.publish.text.optional import present

GUARD = re.compile(r"\s*`\{python\}[ \t]+holds\([^`]*`")


@dataclass(frozen=True)
class Claim:
    """A sentence that does not hold for the data of this build, and where it is written."""

    path: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}, line {self.line}: {self.sentence}"


@dataclass(frozen=True)
class Woven:
    """The book's chapters with all that their code gave.

    Attributes
    ----------
    texts : dict of str
        Markdown by the chapter's path.
    failed : list of Claim
        Guarded sentences that do not hold.
    checked : int
        Number of guarded sentences.
    brief : str
        Markdown of the brief; empty if there is none.
    """

    texts: dict[str, str]
    failed: list[Claim]
    checked: int
    brief: str = ""


def weave_book(
    book: Book,
    *,
    state: str,
    only: Sequence[str] | None = None,
    report: Callable[[str], None] = print,
) -> Woven:
    """Run every chapter, and the brief, whose code or inputs have changed; put outputs in place.

    Parameters
    ----------
    book : Book
    state : str
        Hash of code and data; outputs that were kept under another are not used.
    only : sequence of str, optional
        Paths to weave; all of them unless given.
    report : callable
        Told of what is done, a line at a time.

    Raises
    ------
    ReportError
        Naming file and line (or chunk) of whatever can't be read or run.
    """
    sources = [read_source(book, path) for path in (book.sources if only is None else only)]
    outputs = Chapters(book.root, state, report, preload=only is None).run(sources)
    texts, failed, checked = {}, [], 0
    for source, result in zip(sources, outputs, strict=True):
        texts[source.path] = weave(source, result, echo=book.echo)
        claims = list(_claims(source, result))
        checked += len(claims)
        failed += [claim for claim, holds in claims if not holds]
    brief = texts.pop(book.brief, "")
    return Woven(texts, failed, checked, brief)


def read_source(book: Book, path: str) -> Source:
    """A chapter, without what rests on files that are not here, taken apart and checked."""
    written = (book.root / path).read_text(encoding="utf-8")
    source = parse(path, present(written, is_here))
    check(source)
    return source


def _claims(source: Source, outputs: Outputs):
    """Each guarded sentence, and whether it holds."""
    inline = iter(outputs.inline)
    for block in source.blocks:
        if not isinstance(block, Prose):
            continue
        lines = block.text.splitlines()
        for expression, line in inline_expressions(source.path, block):
            output = next(inline)
            if expression.startswith("holds("):
                marked = f'class="{CLASS}"' in output.shown[-1].get("text/markdown", "")
                sentence = GUARD.sub("", lines[line - block.line]).strip()
                yield Claim(source.path, line, sentence), not marked
