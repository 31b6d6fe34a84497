"""The labels that the tables can hold, and which of those of entities can name the same thing."""

from __future__ import annotations

PEOPLE = frozenset({"PERSON", "MINISTER"})
ORGANISED = frozenset({"ORG", "COMPANY", "COMMITTEE", "DEPARTMENT"})
PLACES = frozenset({"GPE", "LOC", "FAC"})
NAMED = PEOPLE | ORGANISED | PLACES | {"OFFICE"}
"""Who or what can speak and be spoken about: no nationalities, laws, sums or events."""

POLICY = frozenset({"COMPANY", "MINISTER", "OFFICE", "COMMITTEE", "DEPARTMENT", "PERSON", "ORG", "GPE"})
ENTITIES = POLICY | PLACES | {"NORP", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW", "LANGUAGE"}
"""Labels of mentions and entities; a rule file of one's own may add others."""
CLAIMS = frozenset(
    {"statement", "denial", "call", "allegation", "commitment", "opinion", "question", "non_response"}
)
TIMEXES = frozenset({"DATE", "TIME", "DURATION", "SET"})
