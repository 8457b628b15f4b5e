"""The bus: envelope, catalogue, publisher, idempotent consumers."""
