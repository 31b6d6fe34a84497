"""Step 6 of 6: check the tables.

Reads: the tables and `run.json` in `--out`, and the expectations in `--expect`.
Calls: `policy_news/run/stages/check.py`; `checks/integrity.py` and `checks/expectations.py` have the checks.
Writes: nothing but what it found, to the screen. A failed check exits with 1.

Alone: `python -m pipeline.check --out tables --expect checks.yml`
"""

from policy_news.cli.main import main
from policy_news.run.job import Job
from policy_news.run.stages.check import check


def run(job: Job) -> Job:
    """Check what the run wrote."""
    return check(job)


if __name__ == "__main__":
    main("check", [run])
