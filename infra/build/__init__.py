"""Builds what the template points at: .build/functions (our code) and .build/layer (packages)."""
