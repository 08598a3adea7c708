"""One module a revision of the account database."""
