"""How good the pipeline is on a user's own gold: readers of gold, matching, scores, and a page of the errors."""
