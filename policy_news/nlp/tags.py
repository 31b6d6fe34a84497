"""Sets of Penn Treebank tags that several rooms ask for."""

FINITE = frozenset({"MD", "VBD", "VBP", "VBZ"})
TENSED = frozenset({"VBD", "VBP", "VBZ"})
RELATIVES = frozenset({"WDT", "WP"})
SINGULARS = frozenset({"NN", "NNP"})
PLURALS = frozenset({"NNPS", "NNS"})
NAMES = frozenset({"NNP", "NNPS"})
