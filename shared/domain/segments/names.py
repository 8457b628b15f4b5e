"""Names under which the table keeps tags: all that whoever puts tags on records has to know."""

TAG = "tag"
"""The kind of the vocabulary's entries."""

CLOSED = "closed"
"""The natural key under which names stand that cannot be given by hand."""
