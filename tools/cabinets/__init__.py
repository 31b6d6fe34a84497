"""The table of the cabinets of the world: which posts count, and how Wikidata is asked for it."""
