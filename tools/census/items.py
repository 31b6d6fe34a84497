"""Finds what can be switched off: predicates, steps, finders and numbers, with their lines."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

ELEMENTS = frozenset({"Mention", "Draft"})
"""What steps take and give."""
SKIPPED = frozenset({"overload", "abstractmethod"})
_GENERIC = re.compile(r"(?P<outer>\w+)\[(?P<inner>.+)\]$")
_EMPTY = {
    "list": "[]",
    "Sequence": "()",
    "tuple": "()",
    "set": "set()",
    "frozenset": "frozenset()",
    "dict": "{}",
    "Mapping": "{}",
    "Iterator": "iter(())",
    "Iterable": "()",
}
"""An empty collection of each kind, as code."""
_WRAPPED = {"list": "[{}]", "Sequence": "({},)", "Iterator": "iter([{}])", "Iterable": "({},)"}


@dataclass(frozen=True, slots=True)
class Item:
    """Something that can be switched off.

    Attributes:
        name: Module and qualified name, `package.module:Class.function`.
        file: The file, as it was given.
        first: First line, decorators included.
        last: Last line.
        kind: `predicate` (returns a bool), `step` (takes and gives mentions or drafts), `finder` (returns something
            or nothing), or `number`.
        place: Of a step, the position of the parameter that it changes.
        parameter: Of a step, the name of that parameter.
        same: Of a step, code that makes its result of `value` as if it changed nothing.
        empty: Code of a result that holds nothing; empty for predicates and numbers.
    """

    name: str
    file: str
    first: int
    last: int
    kind: str
    place: int = -1
    parameter: str = ""
    same: str = ""
    empty: str = ""


def find_items(root: Path, paths: list[Path]) -> list[Item]:
    """Find the items of files and folders, in order.

    Args:
        root: Folder that the names of modules begin in.
        paths: Python files, or folders of them.
    """
    files: list[Path] = []
    for path in paths:
        files += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return [item for file in files for item in _items_of(file, root)]


def _items_of(file: Path, root: Path) -> Iterator[Item]:
    relative = file.resolve().relative_to(root.resolve())
    module = ".".join(relative.with_suffix("").parts)
    for node, owner in _definitions(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            found = _function(node)
            if found is None:
                continue
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            name = f"{module}:{owner}{node.name}"
            yield Item(name, str(relative), first, node.end_lineno or first, **asdict(found))
        elif not owner and (name := _number(node)):
            last = node.end_lineno or node.lineno
            yield Item(f"{module}:{name}", str(relative), node.lineno, last, "number")


def _definitions(tree: ast.Module) -> Iterator[tuple[ast.stmt, str]]:
    """Return the statements of a module and of its classes, with what a name begins with there."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield from ((inner, f"{node.name}.") for inner in node.body)
        else:
            yield node, ""


@dataclass(frozen=True, slots=True)
class _Function:
    """What `Item` says of a function."""

    kind: str
    place: int = -1
    parameter: str = ""
    same: str = ""
    empty: str = ""


def _function(node: ast.FunctionDef) -> _Function | None:
    """Describe a function; None if there is nothing to switch off."""
    decorators = {ast.unparse(decorator).split("(")[0].split(".")[-1] for decorator in node.decorator_list}
    if node.returns is None or node.name.startswith("__") or decorators & SKIPPED:
        return None
    result = ast.unparse(node.returns)
    if result == "bool":
        return _Function("predicate")
    empty = _empty(result)
    for place, argument in enumerate(node.args.args):
        same = _same(ast.unparse(argument.annotation) if argument.annotation else "", result)
        if same:
            return _Function("step", place, argument.arg, same, empty)
    return _Function("finder", empty=empty) if empty else None


def _empty(result: str) -> str:
    if result.endswith("| None"):
        return "None"
    match = _GENERIC.match(result)
    if match is None or (match["outer"] == "tuple" and not match["inner"].endswith("...")):
        return ""
    return _EMPTY.get(match["outer"], "")


def _same(annotation: str, result: str) -> str:
    """Return code for the result of a step that changes nothing; empty if the two types are not those of a step."""
    given, taken = _element(annotation), _element(result)
    if not given or given[1] != (taken or ("", ""))[1]:
        return ""
    outer, inner = (taken or ("", ""))[0], given[0]
    if not outer:
        return "" if inner else "value"
    if not inner:
        return _WRAPPED.get(outer, "").format("value")
    return {"list": "list(value)", "Iterator": "iter(value)"}.get(outer, "value")


def _element(annotation: str) -> tuple[str, str] | None:
    """Return collection and element of an annotation, the collection empty for one element; None for other types."""
    bare = annotation.removesuffix("| None").strip()
    if bare in ELEMENTS:
        return "", bare
    match = _GENERIC.match(bare)
    if match and match["inner"] in ELEMENTS and match["outer"] in _WRAPPED:
        return match["outer"], match["inner"]
    return None


def _number(node: ast.stmt) -> str:
    """Return the name that a statement gives to a number; empty for other statements."""
    target: ast.expr
    if isinstance(node, ast.AnnAssign):
        target, value = node.target, node.value
    elif isinstance(node, ast.Assign) and len(node.targets) == 1:
        target, value = node.targets[0], node.value
    else:
        return ""
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub):
        value = value.operand
    if not isinstance(target, ast.Name) or not isinstance(value, ast.Constant):
        return ""
    return target.id if type(value.value) in (int, float) else ""
