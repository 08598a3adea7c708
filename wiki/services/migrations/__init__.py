"""Upgrades of the account database, run at start by ``wiki.services.accounts_store``."""
