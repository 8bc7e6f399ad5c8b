"""The panels around the canvas. They know the session, never each other."""
