"""The cache: what refits, what doesn't, and what happens to broken entries."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import paths
from analysis.store import cache, reach

FILES = {
    "__init__.py": "",
    "settings.py": "PENALTY = 2.0\nUNRELATED = 1\n",
    "helpers.py": '''
from toy.settings import PENALTY


def scale(value):
    """Multiply."""
    return value * PENALTY


def other(value):
    return value


REGISTRY = {"scaled": lambda value: scale(value)}
''',
    "fits.py": """
import os
import sys

from analysis import paths
from analysis.store.cache import cached
from toy import helpers


@cached
def inner(value):
    print("inner", end=" ")
    return helpers.scale(value)


@cached
def outer(value):
    print("outer", end=" ")
    return inner(value) + 1


@cached
def apart(value):
    print("apart", end=" ")
    return helpers.other(value)


@cached
def looked_up(value):
    from toy.helpers import REGISTRY

    print("looked_up", end=" ")
    return REGISTRY["scaled"](value)
""",
}

RUN = """
import sys
from pathlib import Path
from analysis import paths
paths.CACHE = Path(sys.argv[1])
from toy import fits
results = [f(3) for f in (fits.outer, fits.inner, fits.apart, fits.looked_up)]
print(results)
"""


@pytest.fixture
def toy(tmp_path):
    """A small package on disk; ``run`` calls it in a fresh process."""
    folder = tmp_path / "toy"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return folder


def edit(toy: Path, name: str, old: str, new: str) -> None:
    text = (toy / name).read_text()
    assert old in text
    (toy / name).write_text(text.replace(old, new))


def run(toy: Path) -> tuple[set[str], list[float]]:
    """Return the functions that were computed afresh, and the four results."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(toy.parent / "cache")],
        env={"PYTHONPATH": f"{toy.parent}:{paths.ROOT}", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    names, _, results = done.stdout.partition("[")
    return set(names.split()), [float(part) for part in results.strip(" ]\n").split(",")]


def test_only_what_depends_on_a_change_is_computed_again(toy):
    everything = {"outer", "inner", "apart", "looked_up"}
    assert run(toy) == (everything, [7, 6, 3, 6])
    assert run(toy) == (set(), [7, 6, 3, 6])

    # Prose beside the code: docstring, comment, layout, an unrelated constant.
    edit(toy, "helpers.py", '"""Multiply."""', '"""Multiply by the penalty."""  # so')
    edit(toy, "settings.py", "UNRELATED = 1", "\n\nUNRELATED = 2")
    assert run(toy) == (set(), [7, 6, 3, 6])

    # A constant two modules away.
    edit(toy, "settings.py", "PENALTY = 2.0", "PENALTY = 5.0")
    assert run(toy) == ({"outer", "inner", "looked_up"}, [16, 15, 3, 15])

    # A helper that only one of them calls.
    edit(toy, "helpers.py", "    return value\n", "    return -value\n")
    assert run(toy) == ({"apart"}, [16, 15, -3, 15])

    # The caller alone.
    edit(toy, "fits.py", "inner(value) + 1", "inner(value) + 2")
    assert run(toy) == ({"outer"}, [17, 15, -3, 15])

    # Back again: the old results are still there.
    edit(toy, "settings.py", "PENALTY = 5.0", "PENALTY = 2.0")
    edit(toy, "fits.py", "inner(value) + 2", "inner(value) + 1")
    assert run(toy) == (set(), [7, 6, -3, 6])


def test_a_table_that_code_reads_when_it_is_imported_is_as_good_as_its_source(toy):
    """`analysis.paths.COLUMNS` in the real package; here a name of the small one's settings."""
    read = f"from pathlib import Path\n\nTABLE = Path({str(toy / 'table.csv')!r})\n"
    (toy / "paths.py").write_text(read)
    (toy / "table.csv").write_text("2")
    (toy / "settings.py").write_text(
        "from toy.paths import TABLE\n\nPENALTY = float(TABLE.read_text())\n"
    )
    (toy / "__init__.py").write_text(
        "from analysis.store import reach\nfrom toy.paths import TABLE\n\n"
        'reach.TABLES[reach.Symbol("toy.paths", "TABLE")] = TABLE\n'
    )
    assert run(toy) == ({"outer", "inner", "apart", "looked_up"}, [7, 6, 3, 6])
    assert run(toy) == (set(), [7, 6, 3, 6])
    (toy / "table.csv").write_text("5")
    assert run(toy) == ({"outer", "inner", "looked_up"}, [16, 15, 3, 15])


def test_fits_depend_on_the_table_of_variables_where_they_use_it():
    table = reach.Symbol("analysis.paths", "COLUMNS")
    assert table in reach.TABLES
    for module, name in (
        ("analysis.data.study", "_tables"),
        ("analysis.mobility.associate.correlations", "correlation_table"),
    ):
        assert table in reach.reachable(reach.Symbol(module, name))


def test_a_source_edited_while_the_process_runs_is_not_trusted(toy):
    late = RUN.replace("results =", "import os; os.utime(fits.__file__, (2**31, 2**31))\nresults =")
    command = [sys.executable, "-c", late, str(toy.parent / "cache")]
    env = {"PYTHONPATH": f"{toy.parent}:{paths.ROOT}"}
    subprocess.run(command, env=env, check=True, capture_output=True)
    assert not (toy.parent / "cache").exists()


CALLS = []


@cache.cached
def remembered(value, scale=1.0):
    CALLS.append(value)
    return value


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty cache; the sources of these tests count as unchanged."""
    monkeypatch.setattr(paths, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(cache, "_STARTED", float("inf"))
    CALLS.clear()
    return tmp_path / "cache"


def entries(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_corrupt_entry_is_computed_again(folder):
    table = pd.DataFrame({"a": np.arange(1000.0)})
    remembered(table)
    (entry,) = entries(folder)
    whole = entry.read_bytes()
    for broken in (b"", whole[: len(whole) // 2], b"not a result", b"\0" * len(whole)):
        entry.write_bytes(broken)
        pd.testing.assert_frame_equal(remembered(table), table)
        assert entry.read_bytes() == whole
    assert len(CALLS) == 5


def test_a_result_can_be_looked_up_without_computing_it(folder):
    assert cache.stored_result(remembered, 2, scale=3.0) is None
    assert CALLS == [] and entries(folder) == []
    remembered(2, scale=3.0)
    assert cache.stored_result(remembered, 2, 3.0) == remembered(2, scale=3.0)
    assert cache.stored_result(remembered, 2) is None
    assert CALLS == [2]


def test_a_failed_write_leaves_nothing_behind(folder, monkeypatch):
    def fail(path):
        raise KeyboardInterrupt

    monkeypatch.setattr(cache.atomic, "_sync", fail)
    with pytest.raises(KeyboardInterrupt):
        remembered(1)
    assert entries(folder) == []


def test_a_folder_that_cannot_be_made_does_not_stop_the_work(folder, caplog):
    folder.write_text("a file where the folder should be")
    assert remembered(3) == 3
    assert "not kept" in caplog.text


@dataclass(frozen=True)
class Bundle:
    frame: pd.DataFrame
    names: tuple[str, ...]


def test_arguments_count_by_value(folder):
    def frame():
        return pd.DataFrame({"a": [1.0, np.nan], "b": [2.0, 3.0], "s": ["x", None]})

    remembered(frame())
    split = frame()[["a"]].join(frame()[["b", "s"]])  # same content, other blocks in memory
    remembered(split)
    remembered(frame(), scale=1.0)  # the default, said aloud
    assert len(CALLS) == 1
    for other in (
        frame().assign(a=[1.0, 2.0]),
        frame().rename(columns={"a": "c"}),
        frame().set_axis([5, 6]),
        frame()[["b", "a", "s"]],
    ):
        remembered(other)
    remembered(frame(), scale=2.0)
    assert len(CALLS) == 6
    remembered(Bundle(frame(), ("a",)))
    remembered(Bundle(split, ("a",)))
    remembered(Bundle(frame(), ("b",)))
    assert len(CALLS) == 8


# Packages that change no number: they move bytes, print, ask the network or are read by versions.
NO_NUMBERS = {
    "lazy_loader",
    "tqdm",
    "requests",
    "urllib3",
    "openpyxl",
    "yaml",
    "typst",
    "threadpoolctl",
    "distributed",
}
NAMED = {"sklearn": "scikit-learn", "shapefile": "pyshp"}


def test_the_key_of_a_result_knows_each_library_that_its_code_imports():
    """But for those of the standard library, and those that change no number."""
    folders = ("data", "mobility", "scorecard")
    files = [file for name in folders for file in (paths.ROOT / "analysis" / name).rglob("*.py")]
    imported = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                imported.add(node.module.partition(".")[0])
    others = imported - set(sys.stdlib_module_names) - NO_NUMBERS - {"analysis"}
    assert {NAMED.get(name, name) for name in others} <= set(cache.LIBRARIES)


def test_an_entry_is_made_once_and_again_where_it_is_damaged(folder):
    made = []
    for damage in (None, None, b"", b"\xff\xfe", b"not a hash\ncontent"):
        if damage is not None:
            (folder / "pages" / "one").write_bytes(damage)
        assert cache.get_or_make("pages", "one", lambda: made.append(1) or b"a page") == b"a page"
    assert len(made) == 4
    assert cache.keys("pages") == ["one"]
    assert cache.get("pages", "other") is None
    cache.drop("pages", "one")
    assert cache.keys("pages") == cache.keys("trees") == []
