"""The federation: organisations as a tree, membership with roles, and the one authorisation function."""
