"""Approvals: who decides what by when, the reviewer's screen, delegations, review policies."""
