"""Models that copy what they see: field network, finisher, and how far to trust what comes out."""
