"""Put the outputs of a run back into the chapter, as Markdown for Pandoc."""

from __future__ import annotations

import json
import re

from analysis.errors import ReportError
from analysis.publish.build.preview.execute import TERMINAL_CODES, Outputs
from analysis.publish.build.preview.markup import check_text
from analysis.publish.build.preview.source import (
    Chunk,
    Prose,
    Source,
    inline_expressions,
    replace_inline,
)

_RAW_BLOCK = re.compile(r"^(`{3,})\{=\w+\}.*?^\1\s*$", re.DOTALL | re.MULTILINE)


def weave(source: Source, outputs: Outputs, *, target: str, echo: bool) -> str:
    """The chapter's Markdown with code and results in place.

    Parameters
    ----------
    source : Source
        The chapter.
    outputs : Outputs
        What running it gave.
    target : {"html", "typst"}
        On the site, code is folded away.
    echo : bool
        Whether a chunk shows its code unless it says otherwise.
    """
    chunks, inline = iter(outputs.chunks), iter(outputs.inline)
    title = source.meta.get("title")
    parts = [f"---\ntitle: {json.dumps(str(title))}\n---\n"] if title else []
    for block in source.blocks:
        if isinstance(block, Prose):
            wanted = inline_expressions(source.path, block)
            parts.append(replace_inline(block, [next(inline) for _ in wanted]))
        else:
            parts.append(_chunk(source, block, next(chunks), target=target, echo=echo))
    return "\n".join(parts) + "\n"


def _chunk(source: Source, chunk: Chunk, outputs: list[dict], *, target: str, echo: bool) -> str:
    if not chunk.options.get("include", True):
        return ""
    parts = []
    if chunk.options.get("echo", echo) and chunk.code.strip():
        parts.append(_code(chunk, target))
    if chunk.options.get("output", True) is not False:
        parts += [_output(source, chunk, output) for output in outputs]
    return "\n" + "\n\n".join(part for part in parts if part) + "\n"


def _code(chunk: Chunk, target: str) -> str:
    block = f"```` {{.python .cell-code}}\n{chunk.code.strip(chr(10))}\n````"
    if target != "html" or chunk.options.get("code-fold") is False:
        return block
    opening = '```{=html}\n<details class="code-fold"><summary>Code</summary>\n```'
    return f"{opening}\n\n{block}\n\n```{{=html}}\n</details>\n```"


def _output(source: Source, chunk: Chunk, output: dict) -> str:
    if output["output_type"] == "stream":
        if output["name"] == "stderr" and chunk.options.get("warning") is False:
            return ""
        if chunk.options.get("output") == "asis":
            return _checked(source, chunk, output["text"])
        return _plain(output["text"])
    data = output.get("data", {})
    if "text/markdown" in data:
        return _checked(source, chunk, data["text/markdown"])
    if unread := [kind for kind in data if kind.startswith(("image/", "application/vnd.plotly"))]:
        raise ReportError(
            f"{source.path}, chunk {chunk.label} (line {chunk.line}): it shows {unread[0]}, which "
            "neither build can caption; show a Figure or a Table of analysis.publish.exhibit."
        )
    return _plain(data.get("text/plain", ""))


def _checked(source: Source, chunk: Chunk, markdown: str) -> str:
    place = f"{source.path}, output of chunk {chunk.label} (line {chunk.line})"
    check_text(_RAW_BLOCK.sub("", markdown), lambda _: place)
    return markdown


def _plain(text: str) -> str:
    text = TERMINAL_CODES.sub("", text).rstrip()
    return f"```` {{.cell-output}}\n{text}\n````" if text else ""
