"""What benchmarks have in common: environments for rivals, results as files, and the real series."""
