"""The endpoint contract under every route, problem details, OpenAPI."""
