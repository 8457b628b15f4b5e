"""Timers: finds what falls due and tells the use case that owns it."""
