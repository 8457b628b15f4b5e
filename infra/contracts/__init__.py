"""Contracts others build on, generated from code: OpenAPI, event schemas, samples, catalogue."""
