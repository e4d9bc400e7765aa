"""Protocols as data, arms, judges, results and the report."""
