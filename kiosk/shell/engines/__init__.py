"""One adapter per engine, all of the same methods in the same order. See `base`."""
