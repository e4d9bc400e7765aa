"""Paint of the face: a texture of colour, gloss and relief for one person with one look."""
