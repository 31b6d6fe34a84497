"""The statistical part of a spaCy pipeline at the speed that the processor allows; what it finds is what spaCy finds.

`StatisticalModel` is the way in. Nothing here is saved with a pipeline, and `spacy.load` gives plain spaCy.
"""
