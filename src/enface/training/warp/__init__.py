"""Training of the warp network on rendered faces."""
