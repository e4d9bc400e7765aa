"""What can keep the renderer from rendering."""

from enface.errors import EnfaceError


class RenderingError(EnfaceError):
    """The compiler or the face asset is missing, or a parameter is impossible."""
