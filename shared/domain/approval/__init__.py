"""Approvals: steps, people, due times, and a log that cannot be changed unseen; for every kind."""
