"""Reading dispatches: from a dated text to proposed entries with evidence."""
