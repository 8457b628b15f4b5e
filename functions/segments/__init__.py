"""Tags and segments: their definitions, members, and the background work that keeps them."""
