"""The stages of a run, one module each; `pipeline.run.runner` runs them in order."""
