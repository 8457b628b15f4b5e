"""Offboarding: a tenant takes all its data along, and is removed with everything it has."""
