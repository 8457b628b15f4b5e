"""What the law gives people over their data: restriction, access, erasure, and its limits."""
