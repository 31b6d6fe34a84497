"""Holds a draft against the documents of a run: its quotations, paraphrases, plain sentences, offices and dates."""

import policy_news.core.threads  # noqa: F401
