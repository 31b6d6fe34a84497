"""Mentions: gazetteer, grammar, document pass."""
