"""Conversion: a lead becomes an account, a contact, an opportunity, and can come back."""
