"""Customers: accounts and contacts, what ties them together, and what is known of them."""
