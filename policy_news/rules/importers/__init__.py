"""Turns open data into custom name lists: `pipeline rules import`.

To add a list format, write its reader and add one line to `LIST_FORMATS`: the command line and its help follow.
This module stays light: the command line imports it for every `--help`.
"""

from __future__ import annotations

_REGISTERS = f"{__name__}.registers"

LIST_FORMATS: dict[str, str] = {
    "companies-house": f"{_REGISTERS}:read_companies_house",
    "csv": f"{_REGISTERS}:read_plain",
    "gleif": f"{_REGISTERS}:read_gleif",
    "opensanctions": f"{_REGISTERS}:read_opensanctions",
    "popolo": f"{__name__}.popolo:read_popolo_list",
    "wikidata": f"{_REGISTERS}:read_wikidata",
}
"""List formats by their names on the command line: `module:function(request, tally) -> Contents`."""
