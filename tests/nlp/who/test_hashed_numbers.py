"""The table of numbers by hash keeps what it was given, however often it grows."""

from __future__ import annotations

from policy_news.nlp.who.hashed_numbers import HashedNumbers, hash_of


def test_each_hash_keeps_its_number_while_the_table_grows() -> None:
    numbers = HashedNumbers()
    for n in range(5000):
        numbers.set(hash_of(f"person-{n}"), n + 1)
    numbers.set(hash_of("person-7"), 9)
    assert numbers.get(hash_of("person-7")) == 9
    assert all(numbers.get(hash_of(f"person-{n}")) == n + 1 for n in range(5000) if n != 7)
    assert numbers.get(hash_of("nobody")) == 0
    assert len(dict(numbers.items())) == 5000


def test_hashes_that_want_one_place_are_kept_apart() -> None:
    numbers = HashedNumbers()
    keys = [5 + 1024 * n for n in range(1, 40)]
    for key in keys:
        numbers.set(key, key % 97)
    assert [numbers.get(key) for key in keys] == [key % 97 for key in keys]
