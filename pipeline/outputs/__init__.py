"""What is made of finished tables: report, exports, explanations."""
