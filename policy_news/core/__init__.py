"""What every other package may import: errors, settings, messages, files."""
