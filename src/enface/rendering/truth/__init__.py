"""Exact answers for a picture: landmarks, layers, and where each frontal pixel is seen."""
