"""Privacy: consents, reveals of masked fields, restriction, and what people ask of their data."""
