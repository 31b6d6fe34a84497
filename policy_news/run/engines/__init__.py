"""What runs the shards."""
