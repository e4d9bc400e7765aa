"""Training: what one step does (`task`, `phases`) and everything around it."""
