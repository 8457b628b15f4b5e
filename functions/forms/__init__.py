"""Public web forms: settings, submissions, confirmation by mail, replay, embedding."""
