"""Who runs the program."""

from __future__ import annotations

import getpass


def login_name() -> str:
    """The name of the person who runs the program; "someone" where the system does not know."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a user id without an account, as in many containers
        return "someone"
