"""A server for assistants: what a run found, with documents, offsets and exact words."""
