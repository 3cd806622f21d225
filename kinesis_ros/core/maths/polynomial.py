# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The polynomial by which a coupled coordinate follows another: its value and its slope.

Of degree four, as MuJoCo's joint equalities have it. The plain functions take numbers, arrays and
tensors; the compiled ones take numbers.
"""

from typing import Any

from kinesis_ros.core.compiled import njit


def quartic(c: Any, x: Any) -> Any:  # noqa: ANN401 numbers, arrays or tensors
    """c0 + c1 x + c2 x^2 + c3 x^3 + c4 x^4; what `c` holds five of goes with `x`."""
    return c[0] + x * (c[1] + x * (c[2] + x * (c[3] + x * c[4])))


def quartic_slope(c: Any, x: Any) -> Any:  # noqa: ANN401 numbers, arrays or tensors
    """Derivative of `quartic` by `x`."""
    return c[1] + x * (2.0 * c[2] + x * (3.0 * c[3] + x * 4.0 * c[4]))


compiled_quartic = njit(cache=True, nogil=True)(quartic)
compiled_quartic_slope = njit(cache=True, nogil=True)(quartic_slope)
