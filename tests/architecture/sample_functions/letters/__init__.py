"""Sample use case: letters."""
