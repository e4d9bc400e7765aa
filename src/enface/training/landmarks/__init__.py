"""Training of the landmark network on rendered faces (`enface train --preset landmarks_v1`)."""
