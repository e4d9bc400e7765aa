"""Errors that a user can act on; the command line prints them without a traceback."""


class EnfaceError(Exception):
    """Base of every error whose message names the value, the allowed values and the next step."""


class ConfigError(EnfaceError):
    """A configuration, preset name or saved JSON is not valid."""


class ManifestError(EnfaceError):
    """A manifest row or column is not valid."""


class ImageError(EnfaceError):
    """An image file cannot be read or written."""


class FaceError(EnfaceError):
    """No face, several faces, or landmarks that cannot be aligned."""


class ResourceError(EnfaceError):
    """A file from outside the project is missing, broken or not what it should be."""


class WorkerError(EnfaceError):
    """A worker process ended before its work did."""


class CheckpointError(EnfaceError):
    """A checkpoint or model folder is truncated or belongs to another configuration."""


class TrainingError(EnfaceError):
    """Training cannot go on, for example because a loss is not finite."""


class JudgeError(EnfaceError):
    """A recognizer that guided a model was asked to judge it."""
