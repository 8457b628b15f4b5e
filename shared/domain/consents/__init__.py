"""Consents: who may be contacted for what, through which channel, and how one knows."""
