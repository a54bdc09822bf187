"""Makes things hearable and visible."""
