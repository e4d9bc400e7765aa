"""Rendered people: any number of invented faces under any camera and light, with exact ground truth.

Importing this package needs neither the compiler (extra `render`) nor the face asset; rendering does, and
says so. See `enface.rendering.pipeline` for one picture and `enface.rendering.dataset` for a folder of them.
"""
