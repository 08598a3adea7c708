"""Strata: an organisation's knowledge as Markdown in git, and a true account of who takes part."""
