"""One difference between gold and predictions. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.outputs.formats.gold import Spans

Layer = Literal["entities", "claims", "dates"]


@dataclass(frozen=True, slots=True)
class Difference:
    """What the gold has and what was predicted in its place.

    Attributes:
        kind: `missing`, `spurious`, `label`, `boundary`, `boundary and label`, `source`, `type`, `value`, ...
        gold: Label, type or value in the gold; empty where there is none.
        predicted: The same of the prediction.
        gold_spans: Its offsets; empty where there is none.
    """

    layer: Layer
    kind: str
    document: str
    gold: str
    predicted: str
    gold_spans: Spans
    predicted_spans: Spans
