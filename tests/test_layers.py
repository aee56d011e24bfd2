"""Rooms stand on floors: code imports from its own room and from those below it."""

import ast
from pathlib import Path

from analysis.paths import ROOT

# From the ground up. A name is a module or a folder; the longest that fits a module counts.
ORDER = """
errors paths processes store data
mobility.sample mobility.predict mobility.associate mobility.describe
mobility.robust mobility.groups mobility.replication mobility.results mobility.explain mobility
scorecard.wording scorecard.settings scorecard.metrics scorecard.spec scorecard.survey
scorecard.sampling scorecard.model scorecard.selection scorecard.card scorecard.evaluation
scorecard.build scorecard.output scorecard.draft scorecard.results scorecard
publish.site_root publish.site_files publish.text publish.geometry publish.figures
publish.drawing publish.chapter publish.widgets publish.results publish
book.manuscript book.fingerprint book.steps book.stamp book.place book.assets book.run book.sharing
book.preview book.pages book.quarto book.brief book.before book.after book.build book
__main__
"""
FLOORS = ORDER.split()
MOST_FILES = 20


def modules() -> dict[str, Path]:
    paths = (ROOT / "analysis").rglob("*.py")
    named = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in paths}
    return {name.removesuffix(".__init__").removeprefix("analysis."): named[name] for name in named}


def imported(path: Path, known: set[str]) -> set[str]:
    """Modules of the package that a file imports, at its top or inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("analysis"):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            name = name.removeprefix("analysis.")
            found.add(name if name in known else name.rpartition(".")[0])
    return found & known


def floor(module: str) -> int:
    fits = [name for name in FLOORS if f"{module}.".startswith(f"{name}.")]
    return FLOORS.index(max(fits, key=len)) if fits else -1


def test_no_room_imports_from_a_room_above_it():
    known = modules()
    upward = [
        f"{module} imports {name}"
        for module, path in known.items()
        for name in imported(path, set(known))
        if module != "analysis" and floor(name) > floor(module)
    ]
    assert not upward


def test_every_module_has_a_floor():
    assert not [name for name in modules() if floor(name) < 0 and name != "analysis"]


def test_no_two_modules_import_one_another():
    known = modules()
    uses = {module: imported(path, set(known)) - {module} for module, path in known.items()}
    while ends := [module for module, used in uses.items() if not used & uses.keys()]:
        for module in ends:
            del uses[module]
    assert not uses


def test_no_folder_is_too_full():
    folders = {path.parent for path in (ROOT / "analysis").rglob("*.py")}
    full = {folder: [path for path in folder.iterdir() if path.is_file()] for folder in folders}
    assert max(map(len, full.values())) <= MOST_FILES
