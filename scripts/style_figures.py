"""Prints figures about the style of each package: `python -m scripts.style_figures [PACKAGE ...]`.

Per 1,000 lines: conditional expressions, comprehensions and generator expressions, comments. Of public functions with more
than two arguments (`self` and `cls` do not count): how many have Args, Returns or Raises in their docstring.

Last come the sizes of the whole, which `pyproject.toml` bounds: see `sizes`.
"""

from __future__ import annotations

import ast
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1] / "policy_news"
SECTIONS = ("Args:", "Returns:", "Raises:", "Yields:")
LANGUAGE_ROOMS = ("claims", "dates", "entities", "relations", "who")
"""Packages of `policy_news/nlp` in which a number at module level is set by hand."""
NOT_CODE = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER,
}  # fmt: skip
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(slots=True)
class Figures:
    """Counts over some files."""

    lines: int = 0
    ternaries: int = 0
    comprehensions: int = 0
    comments: int = 0
    entries: int = 0
    described: int = 0

    def add(self, other: Figures) -> None:
        """Add the counts of other files."""
        for item in fields(self):
            setattr(self, item.name, getattr(self, item.name) + getattr(other, item.name))

    def per_thousand(self, count: int) -> float:
        """A count per 1,000 lines."""
        return 1000 * count / max(self.lines, 1)


def measure(path: Path) -> Figures:
    """The figures of one file."""
    text = path.read_text(encoding="utf-8")
    nodes = list(ast.walk(ast.parse(text)))
    with tokenize.open(path) as file:
        comments = [
            token for token in tokenize.generate_tokens(file.readline) if token.type == tokenize.COMMENT
        ]
    wordy = [token for token in comments if not token.string.startswith(("# noqa", "# type:", "# fmt:"))]
    public = list(_wide_functions(ast.parse(text)))
    return Figures(
        lines=text.count("\n"),
        ternaries=sum(isinstance(node, ast.IfExp) for node in nodes),
        comprehensions=sum(isinstance(node, COMPREHENSIONS) for node in nodes),
        comments=len(wordy),
        entries=len(public),
        described=sum(_is_described(function) for function in public),
    )


def undescribed(path: Path) -> Iterator[str]:
    """`line name` of the functions that lack the sections."""
    for function in _wide_functions(ast.parse(path.read_text(encoding="utf-8"))):
        if not _is_described(function):
            yield f"{path.relative_to(ROOT.parent)}:{function.lineno} {function.name}"


def _wide_functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    """Public functions and methods of public classes with more than two arguments; functions inside functions do not count."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _wide_functions(node)
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not _is_overload(node):
            given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            if sum(argument.arg not in ("self", "cls") for argument in given) > 2 and not _is_command(node):
                yield node


def _is_overload(function: ast.FunctionDef) -> bool:
    return any(ast.unparse(decorator) == "overload" for decorator in function.decorator_list)


def _is_command(function: ast.FunctionDef) -> bool:
    """A command of the command line: its options describe themselves, and its docstring is its help."""
    shared = {"Raw", "Out", "Tables", "Config", "Workers", "Expect"}
    annotations = [ast.unparse(argument.annotation) for argument in function.args.args if argument.annotation]
    return any("typer" in annotation or annotation in shared for annotation in annotations)


def _is_described(function: ast.FunctionDef) -> bool:
    return any(section in (ast.get_docstring(function) or "") for section in SECTIONS)


def sizes() -> dict[str, int]:
    """Count what makes the package hard to know.

    Returns:
        By name: lines; lines of code, without docstrings, comments and blank lines; predicates, i.e. functions that return a bool; numbers
        at module level in the language rooms; functions there that take and return mentions, or drafts of claims: the steps of each.
    """
    counts = dict.fromkeys(
        ("lines", "lines of code", "predicates", "numbers", "steps of a mention", "steps of a claim"), 0
    )
    for path in ROOT.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        counts["lines"] += text.count("\n")
        counts["lines of code"] += _code_lines(path, tree)
        room = path.relative_to(ROOT / "nlp").parts[0] if path.is_relative_to(ROOT / "nlp") else ""
        if room in LANGUAGE_ROOMS:
            counts["numbers"] += sum(_sets_number(node) for node in tree.body)
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            given, taken = _types(function)
            counts["predicates"] += given == "bool"
            counts["steps of a mention"] += room == "entities" and "Mention]" in given and "Mention]" in taken
            counts["steps of a claim"] += room == "claims" and "Draft" in given and "Draft" in taken
    return counts


def _code_lines(path: Path, tree: ast.AST) -> int:
    with tokenize.open(path) as file:
        tokens = [token for token in tokenize.generate_tokens(file.readline) if token.type not in NOT_CODE]
    used = {line for token in tokens for line in range(token.start[0], token.end[0] + 1)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            used -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(used)


def _sets_number(node: ast.stmt) -> bool:
    """Whether a statement gives a name a value with a number in it."""
    if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
        return False
    return any(
        isinstance(part, ast.Constant) and type(part.value) in (int, float) for part in ast.walk(node.value)
    )


def _types(function: ast.FunctionDef) -> tuple[str, str]:
    """Return the type that a function returns, and those of its arguments, as text."""
    given = ast.unparse(function.returns) if function.returns else ""
    return given, " ".join(ast.unparse(part.annotation) for part in function.args.args if part.annotation)


def main() -> None:
    """Print a table, and with package names the functions that lack a description."""
    names = sys.argv[1:] or sorted(path.name for path in ROOT.iterdir() if (path / "__init__.py").is_file())
    total = Figures()
    print(f"{'package':<12}{'lines':>7}{'ternaries':>11}{'compreh.':>10}{'comments':>10}{'described':>12}")
    for name in [*names, ""]:
        figures = Figures()
        if name:
            for path in sorted((ROOT / name).rglob("*.py")):
                figures.add(measure(path))
            total.add(figures)
        else:
            figures = total
        rates = (figures.ternaries, figures.comprehensions, figures.comments)
        shown = "".join(
            f"{figures.per_thousand(count):>{10 + (place == 0)}.1f}" for place, count in enumerate(rates)
        )
        print(f"{name or 'all':<12}{figures.lines:>7}{shown}{figures.described:>8}/{figures.entries}")
    for name in sys.argv[1:]:
        for path in sorted((ROOT / name).rglob("*.py")):
            print(*undescribed(path), sep="\n", end="\n" if any(undescribed(path)) else "")
    for name, count in sizes().items():
        print(f"{name:<20}{count:>7}")


if __name__ == "__main__":
    main()
