"""Formats of documents: each module turns one into text that the parser can read."""
