"""A local page on which people correct what a run found. It writes nothing but the decisions file."""
