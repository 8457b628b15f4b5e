"""Leads: capture, work, scoring, assignment, first-touch clock."""
