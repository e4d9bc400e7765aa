"""Inner loops, compiled on first use."""
