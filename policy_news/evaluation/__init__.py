"""How good the pipeline is on a user's own gold: matching and scores."""
