"""Step 5 of 6: write the tables.

Reads: the rows in `stages/shards/` and the ids in `stages/corpus/`.
Calls: `policy_news/run/stages/write.py`; `tables/schema.py` knows the columns, `tables/commit.py` replaces all tables at once.
Writes: the Parquet tables and `run.json`, to `--out`.

Alone: `python -m pipeline.write --out tables`
"""

from policy_news.cli.main import main
from policy_news.run.all_stages import write
from policy_news.run.job import Job


def run(job: Job) -> Job:
    """Write the tables that are not as the last run wrote them."""
    return write(job)


if __name__ == "__main__":
    main("write", [run])
