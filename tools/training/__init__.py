"""Training of all weights of `models/`: `python -m tools.training --help`."""
