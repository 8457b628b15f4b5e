"""What every function stands on: domain, storage, events, http, runtime."""
