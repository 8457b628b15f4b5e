"""Customers: accounts, contacts, and what ties them together."""
