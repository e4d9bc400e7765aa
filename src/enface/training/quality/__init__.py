"""Fitting the quality of pictures on rendered people."""
