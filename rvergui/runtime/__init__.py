"""How networks run and where weights come from."""
