"""The app of this use case, on which its route modules register themselves."""

from shared.runtime.app import create_app

app = create_app("privacy")
TAG = "Privacy"
