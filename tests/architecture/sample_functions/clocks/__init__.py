"""Sample use case: clocks."""
