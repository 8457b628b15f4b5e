"""Writes template.yaml: infra/base.yaml plus a function for every trigger found in code."""
