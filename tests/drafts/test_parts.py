"""Tables in many parts: the same verdicts, and each part that has nothing to say is left unread."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from policy_news.core.errors import StageError
from policy_news.core.settings import Settings, TableSettings
from policy_news.drafts.draft_verifier import verify_draft, verify_quotation
from policy_news.drafts.pile import Pile, open_pile
from policy_news.run.runner import run_all
from policy_news.tables import parquet

IN_PARTS = TableSettings(single_file_documents=0, part_documents=1)
DRAFT = (
    "Harbour\n\n15 March 2024\n\n“The mayor has not read a single page of our report,” Anna Moll said. "
    "Peter Vance said that the fleet will leave Tarnwick. The council had never tested the water.\n"
)


@pytest.fixture(scope="module")
def in_parts(pile_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("parts") / "out"
    run_all(pile_folder.parent / "raw", out, Settings(tables=IN_PARTS))
    assert len(list((out / "claims.parquet").iterdir())) > 1
    return out


def test_verdicts_over_parts_are_those_over_single_files(in_parts: Path, pile: Pile) -> None:
    found = verify_draft(DRAFT, open_pile(in_parts))
    assert [one.kind for one in found] == ["quotation", "paraphrase", "fact"]
    assert [one.row() for one in found] == [one.row() for one in verify_draft(DRAFT, pile)]


def test_only_the_parts_of_candidates_are_read_and_each_once(
    in_parts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    was_opened = parquet._open_file

    def watch(path: Path, digest: str | None, *, verify: bool) -> Any:
        opened.append(f"{path.parent.name}/{path.name}")
        return was_opened(path, digest, verify=verify)

    monkeypatch.setattr(parquet, "_open_file", watch)
    pile = open_pile(in_parts)
    assert verify_quotation("has not read a single page of our report", pile)
    assert [name.partition(".")[0] for name in opened if not name.startswith("entities")] == ["documents", "claims"]  # fmt: skip
    verify_draft(DRAFT, pile)
    claims = [name for name in opened if name.startswith("claims")]
    assert len(claims) == len(set(claims))


def test_a_document_is_not_kept_without_its_claims_where_they_cannot_be_read_once(
    pile_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pile, broken = open_pile(pile_folder), ["claims"]
    read = pile.read

    def read_once_broken(
        name: str, columns: Sequence[str], parts: Collection[int] | None
    ) -> Iterable[pa.Table]:
        if name in broken:
            broken.remove(name)
            raise StageError("claims.parquet: is missing", "Run the pipeline again.")
        return read(name, columns, parts)

    monkeypatch.setattr(pile, "read", read_once_broken)
    with pytest.raises(StageError):
        verify_quotation("has not read a single page of our report", pile)
    found = verify_quotation("has not read a single page of our report", pile)
    assert found
    assert [place.speaker for place in found.places] == ["Peter Vance"]


def test_a_claim_without_content_is_no_place_of_a_quotation(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.txt").write_text(
        "Harbour\n\nAnna Moll declined to comment. “The harbour will close within two years,” said Peter Vance.\n"
    )
    run_all(tmp_path / "raw", tmp_path / "out", Settings())
    assert None in parquet.read_table(tmp_path / "out", "claims")["content_text"].to_pylist()
    found = verify_quotation(
        "The harbour will close within two years", open_pile(tmp_path / "out"), "Peter Vance"
    )
    assert found
    assert found.verdict == "exact"
