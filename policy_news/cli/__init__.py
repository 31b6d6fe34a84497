"""The command line."""

from policy_news.cli.main import app, main

__all__ = ["app", "main"]
