"""The 360° view: what happened around a customer, and how things stand."""
