"""Numbers from arrays; nothing here knows a data set, a model or a file."""
