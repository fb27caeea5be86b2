"""Answers as text and as plain data."""
