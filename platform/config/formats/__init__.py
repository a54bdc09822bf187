"""How dates and times are written, by language: look/README, Words."""
