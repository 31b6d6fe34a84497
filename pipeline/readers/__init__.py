"""One file a format: bytes of an input file to `Source` records."""
