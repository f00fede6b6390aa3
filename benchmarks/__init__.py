"""Measurements: `make bench NAME=skeleton ARGS=--quick` runs `benchmarks/skeleton.py` alone."""
