"""The same input gives the same bytes, wherever and however the book is built."""

import hashlib
from pathlib import Path

import pytest

from tests.pages.conftest import DATED
from tests.pages.project import Command, make_project

ELSEWHERE = {"LC_ALL": "C", "TZ": "Pacific/Auckland", "PYTHONHASHSEED": "7"}
ALONE = {"LOKY_MAX_CPU_COUNT": "1"}


def contents(folder: Path) -> dict[str, str]:
    """A hash of each file below a folder, by its name."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def other_project(tmp_path_factory):
    """The small project again, with nothing kept, below blanks and letters beyond ASCII."""
    folder = tmp_path_factory.mktemp("other") / "Zoë São 北 x"
    folder.mkdir()
    return make_project(folder)


@pytest.mark.slow
@pytest.mark.parametrize(("build", "option"), [("preview", ["--preview"]), ("quarto", [])])
def test_two_cold_builds_give_the_same_bytes(request, other_project, build, option):
    site = request.getfixturevalue(f"small_{build}")
    settings = DATED | ELSEWHERE | ALONE
    Command(other_project, "build", *option, "--out", build, **settings).finished()
    expected, found = contents(site.folder), contents(other_project / build)
    assert {"results/scorecard/simulated/form.xlsx", site.pdf.name} <= set(expected)
    assert sorted(found) == sorted(expected)
    assert [name for name in expected if found[name] != expected[name]] == []
