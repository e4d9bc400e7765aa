"""One person before a camera in some light."""
