import os
import time

import pytest

from analysis.errors import ReportError
from analysis.publish.build.place import replaced


def test_a_finished_folder_takes_the_place_of_the_old_one(tmp_path):
    target = tmp_path / "_book"
    target.mkdir()
    (target / "old").write_text("old")
    with replaced(target) as folder:
        (folder / "new").write_text("new")
        assert (target / "old").exists()
    assert [path.name for path in target.iterdir()] == ["new"]
    assert [path.name for path in tmp_path.iterdir()] == ["_book"]


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt])
def test_a_failed_build_leaves_the_old_one(tmp_path, fault):
    target = tmp_path / "_book"
    target.mkdir()
    (target / "old").write_text("old")
    with pytest.raises(fault), replaced(target) as folder:
        (folder / "half").write_text("half")
        raise fault
    assert [path.name for path in target.iterdir()] == ["old"]
    assert [path.name for path in tmp_path.iterdir()] == ["_book"]


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path):
    with pytest.raises(ReportError, match="can't be written to"), replaced(tmp_path / "no" / "x"):
        pass


def test_what_a_killed_build_left_is_swept_by_a_later_one(tmp_path):
    target, day = tmp_path / "_book", 24 * 3600
    for name, age in (("._book-dead", 2 * day), ("._book-at-work", 60)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "half").write_text("half")
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    with replaced(target) as folder:
        (folder / "new").write_text("new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["._book-at-work", "_book"]
