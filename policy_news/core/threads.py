"""Set up the numeric libraries of a process: one thread, and a BLAS kernel with reproducible rows.

Both are read from the environment when NumPy is loaded. So what computes, or reads tables before it computes,
imports this module before NumPy comes in by way of pyarrow or spaCy.
"""

from __future__ import annotations

import os
from pathlib import Path

_AVX512 = {"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"}


def choose_kernel(cpu_flags: set[str]) -> str | None:
    """Choose the OpenBLAS kernel in which a row of a product does not depend on the rows beside it.

    OpenBLAS picks a kernel for the processor. Its kernel for AVX2 (`Haswell`, also taken for AMD's Zen) rounds
    the rows of a block in two ways, so a row's bits depend on its position; the ones for AVX-512 and for AVX do
    not. `SteadyOps` verifies this when the model is loaded.

    Args:
        cpu_flags: Instruction sets as Linux lists them in `/proc/cpuinfo`.

    Returns:
        A value of `OPENBLAS_CORETYPE`, or None if the choice is OpenBLAS's.
    """
    if cpu_flags >= _AVX512:
        return "SkylakeX"
    if "avx" in cpu_flags:
        return "Sandybridge"
    return None


def _cpu_flags() -> set[str]:
    try:
        # The first processor tells for all: the kernel makes the file as it is read, and a large machine's is long.
        with Path("/proc/cpuinfo").open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.startswith("flags"):
                    return set(line.split())
    except OSError:  # not Linux
        pass
    return set()


for _library in ("OMP", "OPENBLAS"):
    # More threads only wait for each other: the parallel unit is the process.
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")
_kernel = choose_kernel(_cpu_flags())
if _kernel:
    # Overrides the environment: there, the setting is about speed; here, about the same bytes in every batch.
    os.environ["OPENBLAS_CORETYPE"] = _kernel
