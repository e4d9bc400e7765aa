"""Somebody else's pictures into a set that can be trained on: found, aligned, written, checked, described."""
