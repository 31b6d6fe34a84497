"""Training of what `models/` holds as weights. Never imported by the pipeline itself."""
