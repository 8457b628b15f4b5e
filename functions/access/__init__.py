"""Who may use the system: tenants, users, teams, calendars, sessions and API keys."""
