"""The one table: record layout, keys, unit of work, queries, cursors, search tokens."""
