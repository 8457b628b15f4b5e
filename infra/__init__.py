"""Build, deployment and local running of Rapport; nothing here is part of a deployed function."""
