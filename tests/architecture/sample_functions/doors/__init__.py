"""Sample use case: doors."""
