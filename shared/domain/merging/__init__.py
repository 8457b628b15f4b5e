"""Two customer records that become one, and how that is undone."""
