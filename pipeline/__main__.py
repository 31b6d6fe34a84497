"""All six steps: `python -m pipeline --raw articles --out tables --expect checks.yml`."""

from pipeline import annotate, check, ingest, resolve, unmask, write
from policy_news.cli.main import main

if __name__ == "__main__":
    main("run", [ingest.run, unmask.run, annotate.run, resolve.run, write.run, check.run])
