"""Training of the face finder on rendered heads before drawn clutter (`enface train --preset finder_v2`)."""
