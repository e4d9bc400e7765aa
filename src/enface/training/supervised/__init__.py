"""Training of one network against known answers: landmarks, warp fields, faces in a picture."""
