"""The projections room."""
