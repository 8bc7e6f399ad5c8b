"""Names that people give reach the network that names: at once, and again when a project is opened."""
