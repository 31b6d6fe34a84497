"""Runs the statistical part of a spaCy pipeline faster than spaCy does, with the same results.

`StatisticalModel` is the entry point. Nothing here is saved with a pipeline: `spacy.load` gives plain spaCy.
"""
