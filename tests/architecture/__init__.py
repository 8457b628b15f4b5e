"""What the code as a whole must keep to: the template, imports, budgets."""
