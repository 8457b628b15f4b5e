"""The laptop runtime: the deployed template, served by one command without an AWS account."""
