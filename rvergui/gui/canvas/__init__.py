"""The canvas: the photo, its masks and the tools that work on them."""
