"""What users expect of a run: expectations as data, what became of each, drift against an earlier run, forms for CI."""
