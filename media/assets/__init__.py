"""What was uploaded or recorded, and everything made of it: one home for all products."""
