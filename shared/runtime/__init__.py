"""Settings, logging, metrics, the app factory and the clock."""
