"""What `SECURITY.md` says: the tests that it names are there, and its sentences that no other test holds are true."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from fuzz.standing import CHECKS
from policy_news.core.settings import IngestSettings
from policy_news.core.yaml_loading import RuleLoader
from policy_news.text.readers import docx, parser_of
from policy_news.text.readers.child import parse_checked
from policy_news.text.readers.decoding import read_text
from tests.conftest import ROOT

PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[\w/.]+?)(?:::(\w+))?`")
PROMISES = ("Guarantees", "Limits", "Unpickling", "Not guaranteed")
"""Sections of which each row, paragraph and item names a test."""


def statements() -> Iterator[str]:
    """The rows, paragraphs and items of the sections that promise something."""
    for section in PROMISES:
        text = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
        for block in text.strip().split("\n\n"):
            lines = block.split("\n")
            if block.startswith("|"):
                yield from lines[2:]
            elif block.startswith("- "):
                yield from re.split(r"\n(?=- )", block)
            else:
                yield block


@pytest.mark.parametrize("statement", statements(), ids=lambda statement: statement[:40])
def test_every_statement_names_a_test_that_is_there(statement: str) -> None:
    named = NAMED.findall(statement)
    checks = [name for name in re.findall(r"`([a-z_]+)`", statement) if name in CHECKS]
    assert named or checks
    for path, function in named:
        assert (ROOT / path).exists(), path
        assert not function or f"def {function}(" in (ROOT / path).read_text(encoding="utf-8"), function


def test_every_standing_check_is_named() -> None:
    assert [name for name in CHECKS if f"`{name}`" not in PAGE] == []


UNSAFE_MODULES = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}
SAFE_LOADERS = {"RuleLoader", "yaml.BaseLoader"}
UNSAFE_CALLS = {"eval", "exec", "compile", "unsafe_load", "full_load"}


def unsafe_nodes(tree: ast.AST) -> Iterator[str]:
    """What reads objects or code out of data."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = node.module if isinstance(node, ast.ImportFrom) else None
            names = {module or "", *(alias.name for alias in node.names)}
            yield from (name for name in names if name.partition(".")[0] in UNSAFE_MODULES)
        elif isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            owner = node.func.value if isinstance(node.func, ast.Attribute) else None
            if name in UNSAFE_CALLS:
                yield name
            if isinstance(owner, ast.Name) and isinstance(node.func, ast.Attribute):
                called = f"{owner.id}.{node.func.attr}"
                options = {option.arg: ast.unparse(option.value) for option in node.keywords}
                if called == "yaml.load" and options.get("Loader") not in SAFE_LOADERS:
                    yield called
                if called in ("np.load", "numpy.load") and options.get("allow_pickle") != "False":
                    yield called
                if options.get("shell") == "True":
                    yield called


@pytest.mark.parametrize("code", ["import pickle", "from joblib import load", "eval(x)", "np.load(x)", "yaml.load(x)", "subprocess.run(x, shell=True)"])  # fmt: skip
def test_what_is_unsafe_is_noticed(code: str) -> None:
    assert list(unsafe_nodes(ast.parse(code)))


def test_no_file_is_unpickled_or_evaluated() -> None:
    found = {
        str(path.relative_to(ROOT)): unsafe
        for path in sorted((ROOT / "policy_news").rglob("*.py"))
        if (unsafe := list(unsafe_nodes(ast.parse(path.read_text(encoding="utf-8")))))
    }
    assert found == {}
    assert issubclass(RuleLoader, yaml.constructor.SafeConstructor)


def test_the_limits_are_the_defaults() -> None:
    usual = IngestSettings()
    limits = (usual.max_bytes, int(usual.reader_seconds), int(usual.reader_megabytes))
    packed = (docx._MAX_UNPACKED, docx._MAX_PARTS, docx._MAX_DEPTH)
    for number in (*limits, *packed):
        assert f"{number:,}" in PAGE, number


def test_actions_are_pinned_by_their_hash() -> None:
    workflows = [path.read_text(encoding="utf-8") for path in (ROOT / ".github" / "workflows").iterdir()]
    used = [action for text in workflows for action in re.findall(r"uses: *(\S+)", text)]
    assert used
    assert [action for action in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action)] == []


@pytest.mark.skipif(os.name == "nt", reason="permissions of Unix")
def test_files_get_the_permissions_of_the_umask(sample_run: Path) -> None:
    mask = os.umask(0)
    os.umask(mask)
    usual = 0o666 & ~mask
    files = [path for path in sample_run.rglob("*.parquet") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {usual}


def test_text_that_a_page_hides_by_its_colour_is_read() -> None:
    page = b"<html><body><article><p>Apple said no.</p><p style='color:white'>Ofcom agreed.</p></article></body></html>"
    assert "Ofcom agreed." in parse_checked(parser_of("html"), page, len(page)).text


@pytest.mark.parametrize("data", [b"+ADw-script+AD4-", b"~{VPND~}", "Аpple said".encode()])
def test_what_is_not_decoded_and_not_normalised(data: bytes) -> None:
    assert read_text(data).text == data.decode()
