"""Leads: what they are and everything that may happen to them, as pure functions."""
