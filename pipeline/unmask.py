"""Step 2 of 6: replace the masked words.

Reads: the documents in `stages/records.sqlite`.
Calls: `policy_news/run/stages/unmask.py`; `text/masking.py` makes the text, `text/alignment.py` the way back to the raw text.
Writes: the text that the model sees, to the same file. `ingest` does it for the files that it reads.

Alone: `python -m pipeline.unmask --out tables`
"""

from policy_news.cli.main import main
from policy_news.run.all_stages import unmask
from policy_news.run.job import Job


def run(job: Job) -> Job:
    """Unmask the documents that are not unmasked with these settings."""
    return unmask(job)


if __name__ == "__main__":
    main("unmask", [run])
