"""Date and time expressions: found by rules over word classes and the model's entities, normalised to TIMEX3."""

from policy_news.nlp.dates.date_finder import DateEngine, build_engine, find_dates
from policy_news.nlp.dates.dates_component import PolicyDates, make_policy_dates

__all__ = ["DateEngine", "PolicyDates", "build_engine", "find_dates", "make_policy_dates"]
