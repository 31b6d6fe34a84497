"""Groups of entity labels: which of them can name the same thing."""

from __future__ import annotations

PEOPLE = frozenset({"PERSON", "MINISTER"})
ORGANISED = frozenset({"ORG", "COMPANY", "COMMITTEE", "DEPARTMENT"})
PLACES = frozenset({"GPE", "LOC", "FAC"})
NAMED = PEOPLE | ORGANISED | PLACES | {"OFFICE"}
"""Who or what can speak and be spoken about: no nationalities, laws, sums or events."""
