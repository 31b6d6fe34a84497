"""Corrections that people made in other annotation tools, as decisions."""
