"""The deployment proof: built packages, the real template, an emulator, one walk through it."""
