"""Losses as pure functions (specification A.6), and the registry that turns weights into named terms."""
