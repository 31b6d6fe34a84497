"""Date and time expressions: found by rules over word classes and the model's entities, normalised to TIMEX3."""

from policy_news.nlp.dates.component import PolicyDates, make_policy_dates
from policy_news.nlp.dates.find import Engine, build_engine, find_dates

__all__ = ["Engine", "PolicyDates", "build_engine", "find_dates", "make_policy_dates"]
