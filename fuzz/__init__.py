"""Standing checks and coverage-guided fuzzing, on demand: `make fuzz`."""
