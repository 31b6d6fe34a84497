"""Step 1 of 6: read the articles.

Reads: the files in `--raw`: text, HTML, PDF, Word, JSON lines.
Calls: `policy_news/run/stages/ingest.py`; `text/readers/` knows the formats, `text/layout/` cuts an article into sections.
Writes: documents with their sections, and what failed, to `stages/records.sqlite` in `--out`.

Alone: `python -m pipeline.ingest --raw articles --out tables`
"""

from policy_news.cli.main import main
from policy_news.run.all_stages import ingest
from policy_news.run.job import Job


def run(job: Job) -> Job:
    """Read what changed since the last run."""
    return ingest(job)


if __name__ == "__main__":
    main("ingest", [run])
