"""Dialogs, none of which stands between a click and a name."""
