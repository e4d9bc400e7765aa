"""Geometry of faces: landmarks, templates, alignment and its inverse, region boxes, detectors."""
