"""Coverage-guided fuzzing, on demand: `make fuzz`."""
