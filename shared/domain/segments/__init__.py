"""Tags and segments: named sets of records, kept by rule or by hand, as pure functions."""
