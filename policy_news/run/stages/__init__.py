"""The stages of a run, one module each; `policy_news.run.runner` runs them in order."""
