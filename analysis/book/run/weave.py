"""Put the outputs of a run back into the chapter, as Markdown that both builds read.

One text serves site and paper: what is meant for one of them stands in a raw
block or a conditional division, which the other leaves out.
"""

from __future__ import annotations

import re
from html import escape

import yaml

from analysis.book.manuscript.markup import check_text
from analysis.book.manuscript.source import Chunk, Prose, Source, inline_expressions, replace_inline
from analysis.book.run.execute import TERMINAL_CODES, Outputs
from analysis.book.run.kernel import CellOutput
from analysis.errors import ReportError
from analysis.publish.text.markdown import escape_markdown

_SITE_ALONE = re.compile(
    r'^(:{3,}) \{\.content-visible when-format="html"\}\n(.*?)^\1 *$', re.DOTALL | re.MULTILINE
)
_FENCED = re.compile(r"^(`{3,}).*?^\1\s*$", re.DOTALL | re.MULTILINE)
_RAW_BLOCK = re.compile(r"^(`{3,})\{=\w+\}.*?^\1\s*$", re.DOTALL | re.MULTILINE)


def weave(source: Source, outputs: Outputs, *, echo: dict[str, bool]) -> str:
    """The chapter's Markdown with code and results in place.

    Parameters
    ----------
    source : Source
        The chapter.
    outputs : Outputs
        What running it gave.
    echo : dict of bool
        For "html" and "typst", whether a chunk shows its code unless it says
        otherwise. On the site code is folded away.
    """
    chunks, inline = iter(outputs.chunks), iter(outputs.inline)
    parts = [f"---\n{yaml.safe_dump(source.meta, allow_unicode=True)}---\n"] if source.meta else []
    for block in source.blocks:
        if isinstance(block, Prose):
            wanted = inline_expressions(source.path, block)
            parts.append(replace_inline(block, [_inline(next(inline)) for _ in wanted]))
        else:
            parts.append(_chunk(source, block, next(chunks), echo))
    return count_on("\n".join(parts) + "\n")


def count_on(text: str) -> str:
    """Have paper count what stands on the site alone, so that both give a figure one number.

    After each division for the site a block for Typst steps over its figures, tables and
    sections; `analysis.book.manuscript.document` reads its first line.
    """

    def step(found: re.Match) -> str:
        inside = _FENCED.sub("", found[2])
        figures, tables = (len(re.findall(rf"\{{#{kind}-", inside)) for kind in ("fig", "tbl"))
        headings = re.findall(r"^## .*", inside, re.MULTILINE)
        sections = sum("unnumbered" not in heading for heading in headings)
        if not figures + tables + sections:
            return found[0]
        lines = [f"// on the site alone: {figures} figures, {tables} tables, {sections} sections"]
        for kind, number in (("fig", figures), ("tbl", tables)):
            counter = f'counter(figure.where(kind: "quarto-float-{kind}"))'
            lines += [f"#{counter}.update(n => n + {number})"] * bool(number)
        lines += ["#counter(heading).step(level: 2)"] * sections
        steps = "\n".join(lines)
        return f"{found[0]}\n\n```{{=typst}}\n{steps}\n```"

    return _SITE_ALONE.sub(step, text)


def _inline(output: CellOutput) -> str:
    """Text is shown as it is; only what says that it is Markdown is read as such."""
    data = output.shown[-1] if output.shown else {}
    return data.get("text/markdown") or escape_markdown(data.get("text/plain", ""))


def _chunk(source: Source, chunk: Chunk, output: CellOutput, echo: dict[str, bool]) -> str:
    if not chunk.options.get("include", True):
        return ""
    parts = []
    if chunk.code.strip():
        wanted = [name for name in echo if chunk.options.get("echo", echo[name])]
        parts += [_code(chunk, name) for name in wanted]
    if chunk.options.get("output", True) is not False:
        parts.append(_printed(source, chunk, output.printed))
        if chunk.options.get("warning", True):
            parts.append(_plain(output.warned))
        parts += [_shown(source, chunk, data) for data in output.shown]
    return "\n" + "\n\n".join(part for part in parts if part) + "\n"


def _code(chunk: Chunk, target: str) -> str:
    code = chunk.code.strip("\n")
    if target == "typst":
        return f'::: {{.content-visible when-format="typst"}}\n```` {{.python}}\n{code}\n````\n:::'
    shown = f'<pre class="sourceCode python"><code>{escape(code, quote=False)}</code></pre>'
    if chunk.options.get("code-fold") is not False:
        shown = f'<details class="code-fold"><summary>Code</summary>{shown}</details>'
    return f"````{{=html}}\n{shown}\n````"


def _printed(source: Source, chunk: Chunk, text: str) -> str:
    if chunk.options.get("output") == "asis":
        return _checked(source, chunk, text)
    return _plain(text)


def _shown(source: Source, chunk: Chunk, data: dict[str, str]) -> str:
    if "text/markdown" in data:
        return _checked(source, chunk, data["text/markdown"])
    if unread := [kind for kind in data if kind.startswith(("image/", "application/vnd.plotly"))]:
        raise ReportError(
            f"{source.path}, chunk {chunk.label} (line {chunk.line}): it shows {unread[0]}, which "
            "neither build can caption; end the chunk with show(…)."
        )
    return _plain(data.get("text/plain", ""))


def _checked(source: Source, chunk: Chunk, markdown: str) -> str:
    place = f"{source.path}, output of chunk {chunk.label} (line {chunk.line})"
    check_text(_RAW_BLOCK.sub("", markdown), lambda _: place)
    return markdown


def _plain(text: str) -> str:
    text = TERMINAL_CODES.sub("", text).rstrip()
    return f"```` {{.cell-output}}\n{text}\n````" if text else ""
