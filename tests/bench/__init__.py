"""`make bench`: speed, requests and cost of the hot paths beside two hand-written rivals."""
