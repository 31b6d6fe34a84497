"""Has the numeric libraries use one thread a process, unless the environment says otherwise: more only wait for each other.

They look at the environment when they are loaded. So what computes, or reads tables before it computes, imports this module before
numpy comes in by way of pyarrow or spaCy.
"""

from __future__ import annotations

import os

for _library in ("OMP", "OPENBLAS"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")
