"""The event catalogue: one module per area, each class a fact that happened."""
