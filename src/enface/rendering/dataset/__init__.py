"""Folders of rendered people: plans, pictures, manifest, data card."""
