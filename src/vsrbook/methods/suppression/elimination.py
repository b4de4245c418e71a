"""Sparse systems of equations in whole numbers: unknowns eliminated, unknowns that are determined.

An equation is a mapping from unknowns to coefficients; the rest of it is known and plays no part here.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

Equation = dict[int, int]

# Determined is decided in the field of this many elements, where division is exact. A coefficient that is
# 0 there but not in whole numbers would have to be a multiple of it; those of sums are small.
PRIME = 2**61 - 1


def eliminate_unknowns(equations: Sequence[Equation], unwanted: set[int]) -> list[Equation]:
    """Return equations without the unwanted unknowns that say all that the given ones say of the others.

    Each is divided by its common divisor and signed so that its coefficients add up to zero or less.
    """
    rows = {number: dict(row) for number, row in enumerate(equations)}
    users: dict[int, set[int]] = defaultdict(set)
    for number, row in rows.items():
        for unknown in unwanted & row.keys():
            users[unknown].add(number)
    for unknown in sorted(users):
        numbers = sorted(users[unknown], key=lambda number: (len(rows[number]), number))
        if not numbers:
            continue
        pivot = rows.pop(numbers[0])
        for number in numbers[1:]:
            row = rows[number]
            _cancel(row, pivot, unknown)
            for other in unwanted & pivot.keys():
                (users[other].add if other in row else users[other].discard)(number)
        for other in unwanted & pivot.keys():
            users[other].discard(numbers[0])
    return [_normalise(row) for _, row in sorted(rows.items()) if row]


def _cancel(row: Equation, pivot: Equation, unknown: int) -> None:
    """Take a multiple of another equation off a row, in place, so that the unknown is in it no longer."""
    own, factor = pivot[unknown], row[unknown]
    if abs(own) == 1:
        factor *= own
    else:
        for key in row:
            row[key] *= own
    for key, value in pivot.items():
        left = row.get(key, 0) - factor * value
        if left:
            row[key] = left
        else:
            del row[key]


def _normalise(row: Equation) -> Equation:
    divisor = math.gcd(*row.values()) * (-1 if sum(row.values()) > 0 else 1)
    return {key: value // divisor for key, value in row.items()}


def find_derivations(equations: Mapping[int, Equation]) -> dict[int, Equation]:
    """Return the unknowns that the equations determine, and how.

    `equations` by number; unknowns are numbers from 0. An unknown is determined if it is zero in every
    solution of the system without its known side: the null space of the system has a zero in its place.
    Its derivation gives each equation used, by number, the factor (modulo PRIME) with which they add up to
    the unknown alone.
    """
    solved = _Solved()
    uses: dict[int, int] = defaultdict(int)
    for row in equations.values():
        for unknown in row:
            uses[unknown] += 1
    for number in sorted(equations, key=lambda number: (len(equations[number]), number)):
        solved.add(number, equations[number], uses)
    found = {}
    for unknown in solved.find_zeros(sorted(uses)):
        rest = solved.reduce({unknown: 1})
        if all(key < 0 for key in rest):
            found[unknown] = {~key: PRIME - factor for key, factor in rest.items()}
    return found


class _Solved:
    """Equations in echelon form, each solved for a pivot; the key ~n (below 0) says how often n is in it."""

    def __init__(self) -> None:
        self.pivots: list[int] = []
        self.rows: dict[int, Equation] = {}  # pivot → its equation
        self.places: dict[int, int] = {}  # pivot → its place in pivots

    def add(self, number: int, equation: Equation, uses: Mapping[int, int]) -> None:
        """Solve an equation for its rarest unknown, if the equations before do not say the same."""
        row = self.reduce({key: value % PRIME for key, value in equation.items()} | {~number: 1})
        unknowns = [key for key in row if key >= 0]
        if not unknowns:
            return
        pivot = min(unknowns, key=lambda key: (uses[key], key))
        inverse = pow(row[pivot], -1, PRIME)
        self.places[pivot] = len(self.pivots)
        self.pivots.append(pivot)
        self.rows[pivot] = {key: value * inverse % PRIME for key, value in row.items()}

    def reduce(self, row: Equation) -> Equation:
        """Take equations off until no pivot is left; earlier ones first, since they bring in later ones."""
        waiting = [self.places[key] for key in row if key in self.places]
        heapq.heapify(waiting)
        while waiting:
            pivot = self.pivots[heapq.heappop(waiting)]
            factor = row.get(pivot, 0)
            if not factor:
                continue
            for key, value in self.rows[pivot].items():
                before = row.get(key, 0)
                after = (before - factor * value) % PRIME
                if after:
                    row[key] = after
                    if not before and key in self.places:
                        heapq.heappush(waiting, self.places[key])
                elif before:
                    del row[key]
        return row

    def find_zeros(self, unknowns: Sequence[int]) -> list[int]:
        """Return the unknowns that are 0 in a random solution: those determined, and one in 2⁶¹ others."""
        drawn = np.random.default_rng(0).integers(1, PRIME, len(unknowns)).tolist()
        solution = {key: value for key, value in zip(unknowns, drawn, strict=True) if key not in self.rows}
        for pivot in reversed(self.pivots):
            terms = (
                value * solution[key] for key, value in self.rows[pivot].items() if key >= 0 and key != pivot
            )
            solution[pivot] = -sum(terms) % PRIME
        return [key for key in unknowns if solution[key] == 0]
