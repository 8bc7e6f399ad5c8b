"""RveRGUI: click a dish and it is cut out, named and, if wrong, corrected with one key."""

__version__ = "0.1.0"
