"""Products of finished tables: report, exports, explanations."""
