"""Invented people: what never changes about a person, and how they look on a day."""
