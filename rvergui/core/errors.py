"""Errors whose text is meant for the person at the screen."""

from __future__ import annotations


class RverError(Exception):
    """Something the user can understand and act on.

    The message is one clear sentence: what happened, where, and what to do. The window shows it as it is,
    the command line prints it without a traceback.
    """


class PhotoError(RverError):
    """A photo that cannot be opened; it stays in the list, marked with this sentence."""
