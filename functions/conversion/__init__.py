"""Conversion of leads: preview, convert, take back, many at once."""
