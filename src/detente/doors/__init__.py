"""Thin entrances: parse, call, show."""
