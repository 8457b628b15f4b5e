"""A tiny product with one trigger of each kind, for testing the synthesiser."""
