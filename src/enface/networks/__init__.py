"""Generators and critics: torch modules that take primitives; registries translate the configuration."""
