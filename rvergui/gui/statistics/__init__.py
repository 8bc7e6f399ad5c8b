"""Label > Statistics: how many objects, by whom, how fast, and whether they are enough to train on."""
