"""Kept parses: found again by key, copied unread where nobody asks for them, and parsed anew where their bytes are torn."""

from __future__ import annotations

from pathlib import Path

import pytest
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.core.checksums import strip_checksum
from pipeline.nlp.inference.joining import LENGTHS
from pipeline.run.parse_cache import MAX_BLOCKS, ParseStore

VOCAB = Vocab()


def make_doc(text: str) -> Doc:
    doc = Doc(VOCAB, words=text.split())
    doc.user_data[LENGTHS] = [len(doc)]
    return doc


def save(
    folder: Path, name: str, texts: dict[str, str], before: str = "", standing: tuple[str, ...] = ()
) -> None:
    store = ParseStore(folder)
    kept = store.load([name, before], VOCAB)
    store.save(
        name,
        {key: kept[key] if key in kept else make_doc(text) for key, text in texts.items()},
        kept,
        standing,
    )


def load(folder: Path, name: str) -> dict[str, tuple[str, list[int]]]:
    kept = ParseStore(folder).load([name], VOCAB)
    return {
        key: (" ".join(token.text for token in kept[key]), kept[key].user_data[LENGTHS])
        for key in kept
        if key in kept
    }


def test_parses_are_found_again(tmp_path: Path) -> None:
    save(tmp_path, "one", {"a": "Dahua denied it .", "b": "It did ."})
    assert load(tmp_path, "one") == {"a": ("Dahua denied it .", [4]), "b": ("It did .", [3])}
    assert load(tmp_path, "none") == {}


def test_those_that_nobody_asks_for_are_copied(tmp_path: Path) -> None:
    save(tmp_path, "one", {"a": "Dahua denied it .", "b": "It did ."})
    _, _, before = strip_checksum((tmp_path / "one.spacy").read_bytes()).partition(b"\n")
    save(tmp_path, "two", {"c": "No ."}, "one", standing=("a", "b", "unknown"))
    _, _, after = (tmp_path / "two.spacy").read_bytes().partition(b"\n")
    assert after.startswith(before)
    assert set(load(tmp_path, "two")) == {"a", "b", "c"}


def test_a_file_with_all_of_them_is_left_alone(tmp_path: Path) -> None:
    save(tmp_path, "one", {"a": "Dahua denied it .", "b": "It did ."})
    changed = (tmp_path / "one.spacy").stat().st_mtime_ns
    save(tmp_path, "one", {"a": "Dahua denied it ."}, standing=("b",))
    assert (tmp_path / "one.spacy").stat().st_mtime_ns == changed


@pytest.mark.parametrize("rounds", [1, MAX_BLOCKS, 3 * MAX_BLOCKS])
def test_what_is_of_no_more_use_goes(rounds: int, tmp_path: Path) -> None:
    save(tmp_path, "0", {"old": "It did .", "stays": "Dahua denied it ."})
    for number in range(rounds):
        save(tmp_path, str(number + 1), {f"new {number}": "No ."}, str(number), standing=("stays",))
    found = load(tmp_path, str(rounds))
    assert {"stays", f"new {rounds - 1}"} <= set(found)
    assert len(found) <= 2 * 2 + 1


@pytest.mark.parametrize("cut", [1, 20, -20])
def test_torn_parses_are_made_anew(cut: int, tmp_path: Path) -> None:
    save(tmp_path, "one", {"a": "Dahua denied it .", "b": "It did ."})
    path = tmp_path / "one.spacy"
    path.write_bytes(path.read_bytes()[:cut])
    assert load(tmp_path, "one") == {}
    save(tmp_path, "one", {"a": "Dahua denied it ."})
    assert set(load(tmp_path, "one")) == {"a"}
