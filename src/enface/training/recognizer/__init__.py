"""Training of small face recognizers on rendered people (`enface train-recognizer`)."""
