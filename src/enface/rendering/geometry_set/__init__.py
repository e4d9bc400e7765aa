"""Pictures with everything geometric about them, for networks that learn where things are seen.

A sample is a picture of a person in the wild and, in the frame of the alignment template, the same person
from the front: where each frontal pixel lies in the picture, whether it is seen there, what it looks like.
"""
