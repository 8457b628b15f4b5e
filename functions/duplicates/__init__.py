"""Duplicates: looking for them, the queue of likely pairs, merging and taking merges back."""
