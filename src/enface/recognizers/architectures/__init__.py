"""Networks that recognizers are made of: plain modules whose state dicts follow their public weights."""
