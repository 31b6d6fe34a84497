"""Step 4 of 6: find out who is who.

Reads: the rows of all shards in `stages/shards/`, and the decisions of people.
Calls: `policy_news/run/stages/resolve.py`; `nlp/who/` makes entities of mentions, `nlp/relations/` statements of claims.
Writes: ids of entities and statements, to `stages/corpus/`.

Alone: `python -m pipeline.resolve --out tables`
"""

from policy_news.cli.main import main
from policy_news.run.all_stages import resolve
from policy_news.run.job import Job


def run(job: Job) -> Job:
    """Resolve names and claims over all documents."""
    return resolve(job)


if __name__ == "__main__":
    main("resolve", [run])
