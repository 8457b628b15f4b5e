"""vCard files (2.1, 3.0, 4.0) read as a table, a row for each card; contacts written as cards."""
