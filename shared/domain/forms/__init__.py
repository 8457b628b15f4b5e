"""Public web forms: their settings, how answers are read, and what becomes of a submission."""
