"""The spaCy side: factories and the pure functions behind them. Never sees tables or stages.

The BLAS kernel is chosen here: many modules of the package load NumPy, and any may be the first to do so.
"""

import policy_news.core.threads  # noqa: F401
