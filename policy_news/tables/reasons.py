"""What the values of `identity_reason` mean, in the words of people."""

from __future__ import annotations

REASONS = {
    "listed": "a list has the name",
    "full-name": "the document has the full name",
    "office": "name and office fit one person in those days",
    "honorific": "honorific or gender rule the others out",
    "title": "the title fits one person only",
    "surname": "one person of that surname is named in full",
    "prominence": "of several of that surname the one in office or called so before",
    "first-name": "one full name begins with it",
    "same-name": "the same name elsewhere, and nothing contradicts",
    "short-form": "short form of the longer name in the document",
    "acronym": "acronym of the longer name",
    "defined": "defined in brackets",
    "former-name": "the document says that it is a former name",
    "country": "the body of the country that the text is about",
    "neighbours": "the same persons and companies stand beside the name elsewhere",
    "days": "the one person of that surname in the news of those months",
    "told-apart": "of several of that name the one whom gender, initial, country or work fit",
    "surname-only": "open: no full name",
    "ambiguous": "open: several fit",
    "common-name": "open: many bear the name",
    "no-country": "open: many countries have such a body",
}
"""What a word of `identity_reason` means."""


def reason_in_words(reason: str) -> str:
    """Return what a reason means; an unknown reason is returned unchanged."""
    return REASONS.get(reason, reason.replace("-", " "))
