"""The layout of a figure for narrow pages, made from that for wide ones.

Names stand above their rows instead of beside them, three or more panels in a row
stand below one another, titles are wrapped and ticks are fewer. The traces stay as
they are. Sizes are in pixels, letters are taken to be as wide as those of Arial.
"""

from __future__ import annotations

import copy
import re
from itertools import chain
from textwrap import wrap

from analysis.publish.geometry.script import needs_geometry

MEDIA = "(max-width: 560px)"
WIDTH, EDGE = 360, 8
LETTER, SMALL = 6.4, 5.6  # width of a letter in titles of axes and of panels
LABEL = 11.5  # size of a name above its row
VEIL = "rgba(255,255,255,0.8)"  # behind names, so that lines do not run through them
LONG = 13  # letters, from which a name has no place beside its row
ROW, PANEL = 34, 190  # heights
BARS = {"bar", "box", "violin"}


def layout(figure: dict) -> dict:
    """A figure's layout (as plain dict) for a page as narrow as a phone's."""
    phone = copy.deepcopy(figure["layout"])
    if needs_geometry(figure):
        return phone
    names = _row_names(figure)
    if any(_is_heat_map(trace) for trace in figure["data"]):
        _tight_heat_map(phone, names)
    elif len(_axes(phone, "y")) == 1 and max(map(len, names.values()), default=0) > LONG:
        _lift_names(phone, names, any(trace["type"] in BARS for trace in figure["data"]))
    elif _columns(phone) > 2 and len(_axes(phone, "x")) == _columns(phone):
        _stack_panels(phone)
    _wrap_titles(phone)
    if phone.get("legend", {}).get("orientation") == "h":
        side = {"x": 0, "xanchor": "left", "font": {"size": LABEL}}
        title = {**phone["legend"].get("title", {}), "side": "top", "font": {"size": LABEL}}
        phone["legend"] |= {**side, "title": title}
    return phone


def _is_heat_map(trace: dict) -> bool:
    """Heat maps are drawn as bars, one a cell (``figures/cells.py``)."""
    return trace["type"] == "heatmap" or (
        trace["type"] == "bar" and "coloraxis" in (trace.get("marker") or {})
    )


def _axes(phone: dict, letter: str) -> list[str]:
    keys = [key for key in phone if re.fullmatch(rf"{letter}axis\d*", key)]
    return sorted(keys, key=lambda key: int(key[5:] or 1)) or [f"{letter}axis"]


def _columns(phone: dict) -> int:
    starts = {round(_domain(phone, key)[0], 3) for key in _axes(phone, "x")}
    return len(starts)


def _domain(phone: dict, key: str) -> list[float]:
    return (phone.get(key) or {}).get("domain") or [0, 1]


def _row_names(figure: dict) -> dict:
    """What stands at the left of each row: place on the axis, and words."""
    axis = figure["layout"].get("yaxis") or {}
    if isinstance(axis.get("ticktext"), list) and isinstance(axis.get("tickvals"), list):
        return dict(zip(axis["tickvals"], map(str, axis["ticktext"]), strict=False))
    rows = [trace["y"] for trace in figure["data"] if isinstance(trace.get("y"), list)]
    return {row: row for row in chain(*rows) if isinstance(row, str)}


def _lift_names(phone: dict, names: dict, bars: bool) -> None:
    """Put names above their rows, which then have the whole width."""
    margin = phone.setdefault("margin", {})
    axis = phone.setdefault("yaxis", {})
    given = (phone.get("height") or 420) - 76
    pitch = max(ROW, min(given / len(names), 2 * ROW))
    phone["height"] = round(pitch * len(names) + margin.get("t", 16) + 76)
    axis |= {"showticklabels": False, "title": {"text": ""}}
    if all(isinstance(place, str) for place in names) and "range" not in axis:
        turned = axis.pop("autorange", None) == "reversed"
        ends = [-0.5, len(names) - 0.3]
        axis["range"] = [len(names) - 0.5, -0.7] if turned else ends
    margin |= {"l": EDGE, "r": EDGE}
    phone |= {"bargap": 0.6, "boxgap": 0.6, "violingap": 0.6}
    above = {"x": 0, "xref": "paper", "xanchor": "left", "yref": "y", "yanchor": "bottom"}
    above |= {"showarrow": False, "align": "left", "font": {"size": LABEL}, "bgcolor": VEIL}
    above["yshift"] = round(0.2 * pitch) + 1 if bars else 5
    letters = int((WIDTH - 2 * EDGE) / SMALL)
    lines = {row: wrap(name.replace("<br>", " "), letters) for row, name in names.items()}
    lifted = [{**above, "y": row, "text": "<br>".join(part)} for row, part in lines.items()]
    phone["annotations"] = [*phone.get("annotations", []), *lifted]


def _tight_heat_map(phone: dict, names: dict) -> None:
    """Smaller names, slanted heads of columns, and the key to the colors below."""
    margin = phone.setdefault("margin", {})
    margin |= {"r": EDGE}
    axis = phone.setdefault("yaxis", {})
    roomy = (phone.get("height") or 420) / max(len(names), 1) > 26
    if roomy and max(map(len, names.values()), default=0) > 22:
        phone["height"] = max(phone.get("height") or 420, 32 * len(names) + 120)
        words = ["<br>".join(wrap(name, 22)) for name in names.values()]
        axis |= {"tickvals": list(names), "ticktext": words}
    axis["tickfont"] = {**axis.get("tickfont", {}), "size": 11 if roomy else 9}
    head = phone.setdefault("xaxis", {})
    if head.get("side") == "top":
        head["tickangle"] = -50
    if phone.get("coloraxis", {}).get("colorbar"):
        bar = {"orientation": "h", "x": 0, "xanchor": "left", "y": 0, "yanchor": "top", "len": 1}
        phone["coloraxis"]["colorbar"] |= {**bar, "xref": "container", "thickness": 10}
        margin["b"] = margin.get("b", 48) + 24


def _stack_panels(phone: dict) -> None:
    """Panels of one row below one another, each with the name that it has."""
    across = sorted(_axes(phone, "x"), key=lambda key: _domain(phone, key)[0])
    titles = sorted(_panel_titles(phone), key=lambda note: note["x"])
    height = 1 / len(across)
    for place, key in enumerate(across):
        up = key.replace("x", "y", 1)
        top = 1 - place * height
        phone[key] |= {"domain": [0, 1]}
        phone[up] = {**phone.get(up, {}), "showticklabels": True, "anchor": key.replace("axis", "")}
        phone[up]["domain"] = [top - 0.66 * height, top]
        if place + 1 < len(across):
            phone[key]["title"] = {"text": ""}
        if place < len(titles):
            titles[place] |= {"x": 0, "xanchor": "left", "y": top, "yanchor": "bottom"}
    phone["height"] = round(PANEL * len(across) + 80)


def _panel_titles(phone: dict) -> list[dict]:
    """The notes that stand above panels."""
    return [
        note
        for note in phone.get("annotations", [])
        if note.get("xref") == "paper" == note.get("yref")
        and not note.get("showarrow", True)
        and note.get("xanchor") == "center"
        and note.get("yanchor") == "bottom"
    ]


def _wrap_titles(phone: dict) -> None:
    """Titles no longer than what they stand at, and no more ticks than have room."""
    columns = _columns(phone)
    room = WIDTH - phone.get("margin", {}).get("l", 56) - 16
    if not (phone.get("yaxis") or {}).get("showticklabels", True):
        room = WIDTH - 2 * EDGE
    for key in _axes(phone, "x"):
        axis = phone.setdefault(key, {})
        start, end = _domain(phone, key)
        _wrap(axis, (end - start) * room)
        if "dtick" not in axis and "tickvals" not in axis:
            axis["nticks"] = 6 if columns == 1 else 4
        axis.setdefault("tickangle", 0)
    for key in _axes(phone, "y"):
        start, end = _domain(phone, key)
        _wrap(phone.setdefault(key, {}), 0.8 * (end - start) * (phone.get("height") or 420))
    margin = phone.setdefault("margin", {})
    for note in _panel_titles(phone) if columns > 1 else []:
        text = note["text"]
        letters = int(room / columns / SMALL)
        lines = [part for line in text.split("<br>") for part in wrap(line, letters)]
        note |= {"text": "<br>".join(lines), "font": {**note.get("font", {}), "size": 12}}
        margin["t"] = max(margin.get("t", 16), 17 * len(lines) + 4)


def _wrap(axis: dict, room: float) -> None:
    title = axis.get("title")
    if title and title.get("text"):
        words = title["text"].replace("<br>", " ")
        axis["title"] = {**title, "text": "<br>".join(wrap(words, max(int(room / LETTER), 12)))}
