"""Finds the sections of a raw text: title, byline, headings, paragraphs, comments. A pure function of the text."""

from policy_news.text.layout.sections import Layout, find_layout

__all__ = ["Layout", "find_layout"]
