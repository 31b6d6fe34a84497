"""Runs the stages: shards, caches, engines, locks.

The BLAS kernel is chosen here, since any module of the package may be the first to load NumPy, by way of PyArrow or by itself.
"""

import policy_news.core.threads  # noqa: F401
