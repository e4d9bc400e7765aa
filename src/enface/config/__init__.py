"""Experiments as frozen dataclasses, presets as Python values, strict versioned JSON."""
