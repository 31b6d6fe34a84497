"""Runs the stages: shards, caches, engines, locks."""
