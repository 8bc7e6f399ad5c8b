"""Label > Review: the objects of all photos one after another, the least certain first."""
