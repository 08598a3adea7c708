"""Authorship: who wrote every word, and how long words live."""
