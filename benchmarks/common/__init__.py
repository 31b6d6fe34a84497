"""What the benchmarks share: large inputs made from the sample articles, and the measuring of processes."""
