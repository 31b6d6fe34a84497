"""The corpus of the project: marks in the repository, texts where they are published."""
