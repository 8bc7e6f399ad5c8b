"""Whole folders of photos: everything on them cut out and named, by several processes, again where it stopped."""
