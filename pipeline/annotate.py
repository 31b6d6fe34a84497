"""Step 3 of 6: find mentions, dates and claims.

Reads: the unmasked documents in `stages/records.sqlite`.
Calls: `policy_news/run/stages/annotate.py`; `nlp/annotator.py` runs the model and the rules on each document.
Writes: rows of mentions, dates and claims, shard by shard, to `stages/shards/`.

Alone: `python -m pipeline.annotate --out tables --workers 4`
"""

from policy_news.cli.main import main
from policy_news.run.all_stages import annotate
from policy_news.run.job import Job


def run(job: Job) -> Job:
    """Annotate the documents that have no result yet."""
    return annotate(job)


if __name__ == "__main__":
    main("annotate", [run])
