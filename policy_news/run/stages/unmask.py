"""Stage `unmask`: documents -> the text that the model sees. `ingest` does it for the files that it reads."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from policy_news.core.settings import Settings
from policy_news.run.job import Progress, silent
from policy_news.run.records import Records, Unmasker, change_records, read_masked
from policy_news.run.shards import make_source
from policy_news.tables.schema import FailureRow


def run(out: Path, settings: Settings, progress: Progress = silent) -> int:
    """Unmask all documents, unless it is done; returns how many have masked words."""
    masked, made_with = read_masked(out)
    if made_with == make_source(settings):  # as `ingest` leaves it: nothing is to be written
        return masked
    with change_records(out) as records:
        states, ids, unmasker = records.states(), records.ids(), Unmasker(settings)
        files = {file: list(own) for file, own in groupby(ids, itemgetter(0))}
        for done, (file, own) in enumerate(files.items(), 1):
            _unmask(records, unmasker, own, states.get(file, ""))
            progress("unmask", done, len(files))
        records.set_made_with("unmask", make_source(settings))
    return read_masked(out)[0]


def _unmask(records: Records, unmasker: Unmasker, own: Sequence[tuple[str, str, int]], state: str) -> None:
    """Unmask the documents of a file, given as `Records.ids` has them."""
    results = [unmasker.spared(line, records.document(doc_id)) for _, doc_id, line in own]
    failed = [result for result in results if isinstance(result, FailureRow)]
    new = [result for result in results if not isinstance(result, FailureRow)]
    file = own[0][0]
    records.remove(file, map(itemgetter(1), own))
    records.add(file, new, "" if failed else state)
    records.add_failures(failed)
