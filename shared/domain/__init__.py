"""Entities, events, errors and policies: pure Python, no AWS, no I/O, no clock, no random."""
