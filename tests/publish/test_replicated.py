"""Where the original's own search was run, the next build shows it."""

from analysis import paths
from analysis.cache import entry_path
from analysis.mobility.replication_models import converged_choice
from analysis.publish.build import fingerprint


def test_a_build_notices_what_was_replicated(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "CACHE", tmp_path)
    assert fingerprint.replicated() == []
    entry = entry_path(converged_choice, {"task": "binary"})
    entry.parent.mkdir()
    entry.touch()
    assert fingerprint.replicated() == [entry.name]
