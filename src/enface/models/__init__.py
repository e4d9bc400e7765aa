"""The recognizer and the generator as one model, and the folder it is saved in."""
