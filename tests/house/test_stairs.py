"""How the house is built: who may import whom, what is locked, what is small enough to read."""

from __future__ import annotations

import ast
import contextlib
import io
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("kiosk", "counter", "display", "survey", "office")
PRODUCT = ("ptsp", "web", *ROOMS, "server")
LONGEST = 350
OUTSIDE = ("escpos", "socket", "requests", "urllib", "http", "redis", "usb", "serial")
TEXT = {".py", ".html", ".js", ".css", ".md", ".toml", ".txt", ".in", ".sh", ".conf", ".service", ".json", ".cfg", ""}


@cache
def tracked() -> list[Path]:
    """The files that git knows, and those that it will."""
    told = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in told.stdout.split("\0") if name and (ROOT / name).is_file()]


@cache
def sources(*folders: str) -> list[tuple[str, ast.Module]]:
    """Path and syntax tree of each Python file of these packages."""
    found = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    assert found, f"nothing in {folders}: this check looks in the wrong place"
    return [(str(path.relative_to(ROOT)), ast.parse(path.read_text())) for path in found]


def test_stairs_go_one_way() -> None:
    from importlinter.cli import lint_imports

    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        broken = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert not broken, f"move the import down, or hand the thing in from server/app.py\n{said.getvalue()}"


def test_every_package_is_on_the_stairs() -> None:
    contracts = (ROOT / "pyproject.toml").read_text()
    for path in ROOT.glob("*/__init__.py"):
        name = path.parent.name
        if name not in ("tests", "benchmarks"):
            assert name in PRODUCT, f"{name}/: say in pyproject.toml (importlinter) and here where it belongs"
            assert f'"{name}"' in contracts


def test_paper_never_decides_so_the_ground_floor_knows_no_printer() -> None:
    for path, tree in sources("ptsp"):
        for name in imported(tree):
            assert name.split(".")[0] not in OUTSIDE, (
                f"{path} imports {name}: network and printers belong outside the transaction (kiosk/paper, web/bus.py)"
            )


def imported(tree: ast.Module) -> list[str]:
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.append(node.module)
    return names


def test_no_slow_call_inside_a_transaction() -> None:
    """`with hall.work(...)` is for the hall itself and for set-up; everybody else hands an action to hall.run/act."""
    allowed = ("ptsp/hall.py", "ptsp/setting_up.py", "ptsp/checking.py")
    for path, tree in sources(*PRODUCT):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "work":
                assert path in allowed, f"{path}:{node.lineno}: give hall.run or hall.act an action instead"


def test_files_can_be_read_in_one_sitting() -> None:
    tables = {"ptsp/records.py": "the tables of the whole product"}
    for path, _tree in sources(*PRODUCT):
        count = (ROOT / path).read_text().count("\n")
        assert count <= LONGEST or path in tables, f"{path} has {count} lines: two nouns live in it, give each its file"


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_packages_are_locked_with_hashes(name: str) -> None:
    text = (ROOT / name).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert lines
    for line in lines:
        assert re.match(r"[A-Za-z0-9_.\[\]-]+==\S+", line), f"{name}: {line[:60]!r} is not pinned; run `make lock`"
        assert "--hash=sha256:" in line, f"{name}: {line[:60]!r} has no hash; run `make lock`"


def test_no_registry_is_named() -> None:
    """Packages come from wherever the machine's pip is told to look, not from an address in this repository."""
    named = re.compile(r"--(extra-)?index-url\s+\S*//|--find-links\s+\S*//|^\s*(extra-)?index-url\s*=\s*\S*//", re.M)
    for path in tracked():
        if path.suffix in TEXT and path != Path(__file__):
            found = named.search(path.read_text(errors="ignore"))
            assert not found, f"{path.relative_to(ROOT)}: remove {found and found[0]!r}"


def test_no_test_is_switched_off_in_silence() -> None:
    """A skip says in words what is missing on this machine; nothing is marked as known to be broken."""
    for path, tree in sources("tests"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                words = any(one.arg == "reason" for one in node.keywords)
                silent = {"skip": not (words or node.args), "skipif": not words}.get(node.func.attr, False)
                assert not silent, f"{path}:{node.lineno}: say what is missing"
                assert node.func.attr != "xfail", f"{path}:{node.lineno}: mend the code, or delete the test"


def test_nothing_private_or_made_is_in_the_repository() -> None:
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        assert not re.search(r"(\.sqlite3|\.db|secret\.key|\.env|\.pem|\.key|\.pyc|\.mo)$", name) or name.endswith(
            ("ptsp.env", "board.env", "kiosk.env")
        ), f"{name}: made at run time or secret; git rm --cached it and name it in .gitignore"
