"""The six steps from articles to tables, one script each. `python -m pipeline` runs all of them in order."""
