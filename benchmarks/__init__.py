"""How fast, how small, and whether a real day comes out right: `make bench`, or `python -m benchmarks issue press`."""
