"""What courses show, and to whom."""
