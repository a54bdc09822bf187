"""People: accounts, sign-in, guests, API tokens."""
