"""Which records are the same person or company: profiles, match keys, scores. Pure."""
