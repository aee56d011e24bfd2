"""What is installed is named to the byte."""

import re
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

from analysis.paths import ROOT

TEXT = (ROOT / "requirements.txt").read_text(encoding="utf-8")
PINS = [
    part.replace("\\\n", " ")
    for part in re.split(r"\n(?=[A-Za-z#\n])", TEXT)
    if re.match(r"[A-Za-z]", part)
]


def test_every_package_has_one_version_and_hashes():
    assert len(PINS) > 100
    for pin in PINS:
        assert re.fullmatch(
            r"[\w.-]+==[\w.]+(; \w+ [=<]+ \"[\w.]+\")?( +--hash=sha256:[0-9a-f]{64})+\s*", pin
        ), pin


def test_no_address_is_named():
    assert not re.search(r"://|--\S*(index|find-links|trusted)", TEXT)


def test_whatever_a_package_needs_is_named_too():
    names = {_normal(pin.split("==")[0]) for pin in PINS}
    systems = [{"sys_platform": s, "os_name": o, "platform_system": p}
               for s, o, p in (("linux", "posix", "Linux"), ("darwin", "posix", "Darwin"),
                               ("win32", "nt", "Windows"))]  # fmt: skip
    for pin in PINS:
        wanted = Requirement(pin.split(" --hash")[0])
        try:
            needs = requires(wanted.name) or []
            assert version(wanted.name) in wanted.specifier
        except PackageNotFoundError:
            assert wanted.marker is not None
            continue
        for need in map(Requirement, needs):
            if need.marker is None or any(
                need.marker.evaluate({**system, "extra": ""}) for system in systems
            ):
                assert _normal(need.name) in names, f"{wanted.name} needs {need.name}"


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
