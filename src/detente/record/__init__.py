"""What was done and said, and who says so."""
