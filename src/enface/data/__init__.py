"""Faces as records, decoded, aligned, paired and batched; nothing here knows a network."""
