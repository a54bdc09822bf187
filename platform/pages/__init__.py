"""Base page, organisation subtrees, columns, navigation, themes, languages."""
