"""Run a chapter in a real kernel as Quarto's Jupyter engine does (1.9).

One kernel a chapter, in the project's folder (``execute-dir: project``); a set-up cell first;
each chunk without its lines of options; the inline code of a stretch of prose in one go.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from jupyter_client.manager import start_new_kernel

from analysis.book.manuscript.source import Chunk, Source, inline_expressions

SET_UP = "import os\nos.chdir({folder!r})\n%reset -f"
PATIENCE = 600  # seconds


def run_as_quarto(project: Path, source: Source, info: Path, environment: dict) -> dict[str, str]:
    """Run a chapter; the Markdown that each chunk has shown, by the chunk's label.

    Raises
    ------
    AssertionError
        If a cell or an inline expression fails.
    """
    told = {"document-path": str(project / source.path), "format": HTML}
    info.write_text(json.dumps(told))
    settings = environment | {"QUARTO_EXECUTE_INFO": str(info)}
    manager, client = start_new_kernel(
        cwd=str(project), env=settings, extra_arguments=["--HistoryManager.enabled=False"]
    )
    try:
        _execute(client, SET_UP.format(folder=str(project)), store_history=False)
        shown = {}
        for block in source.blocks:
            if isinstance(block, Chunk):
                if block.options.get("eval", True):
                    shown[block.label] = _execute(client, block.code, store_history=True)
            else:
                _inline(client, [text for text, _ in inline_expressions(source.path, block)])
        return shown
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


HTML = {"identifier": {"base-format": "html"}, "execute": {}}


def _execute(client, code: str, *, store_history: bool) -> str:
    parts: list[str] = []

    def hear(message: dict) -> None:
        data = message["content"].get("data", {})
        if message["msg_type"] in {"execute_result", "display_data"}:
            parts.append(data.get("text/markdown", ""))

    reply = client.execute_interactive(
        code, store_history=store_history, output_hook=hear, timeout=PATIENCE
    )
    _require(reply["content"])
    return "\n".join(parts)


def _inline(client, expressions: list[str]) -> None:
    if expressions:
        named = {str(at): text for at, text in enumerate(expressions)}
        reply = client.execute_interactive("", user_expressions=named, timeout=PATIENCE)
        _require(reply["content"])
        for result in reply["content"]["user_expressions"].values():
            _require(result)


def _require(told: dict) -> None:
    words = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(told.get("traceback", [])))
    assert told["status"] == "ok", words or told
