"""Pages cost in proportion to what is on them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from policy_news.outputs.report.segments import Mark, cut_segments, marks_near
from tests.support.steps import grows_at_most_linearly

SIZE = 200


def test_marks_are_looked_at_only_near_their_stretch() -> None:
    marks = [Mark(0, 30, "content", 1), Mark(8, 9, "cue", 1), Mark(10, 12, "cue", 2), Mark(19, 21, "date", 1)]
    near = marks_near(marks, [(0, 9), (9, 10), (10, 20), (25, 30), (30, 40)])
    assert [[(mark.start, mark.end) for mark in own] for own in near] == [
        [(0, 30), (8, 9)],
        [(0, 30)],
        [(0, 30), (10, 12), (19, 21)],
        [(0, 30)],
        [],
    ]


def test_a_text_with_a_claim_in_each_of_its_sections_grows_with_its_length() -> None:
    def work(times: int) -> Callable[[], object]:
        edges = range(0, 10 * SIZE * times, 10)
        marks = [Mark(start + 2, start + 8, "content", start) for start in edges]
        stretches, text = list(pairwise(edges)), "a" * (10 * SIZE * times)

        def view() -> None:
            for (start, end), near in zip(stretches, marks_near(marks, stretches), strict=True):
                cut_segments(text, start, end, near)

        return view

    assert grows_at_most_linearly(work)
