"""The progress measure of Open SDG gives what Statistics Canada publishes, series by series."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from vsrbook.methods.progress import assess

# Figures: Statistics Canada, Canadian indicator framework for the SDGs, indicator_calculation_components.yml of
# its public data repository (sdg-data-canada-odd-donnees/sdg-data-donnees-odd); indicators 1-2-1 to 11-6-2.
PUBLISHED = pd.read_csv(Path(__file__).parent / "published" / "statistics-canada.csv").astype(object)
ROWS = PUBLISHED.where(PUBLISHED.notna(), None).to_dict("records")
WORDS = {"not_available": "not_assessable"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["series"]))
def test_a_published_series_is_reproduced(row: dict[str, object]) -> None:
    """Value, score and status are those published, to twelve decimals; where none is published there is none."""
    values = pd.Series(
        {row["base_year"]: row["base_value"], row["latest_year"]: row["latest_value"]}, dtype=float
    )
    found = assess(
        values, method="open-sdg", direction=row["direction"], limit=row["limit"], target=row["target"]
    )
    assert found.status == WORDS.get(str(row["status"]), row["status"])
    for name in ("value", "score"):
        published, own = row[name], getattr(found, name)
        assert own == (None if published is None else pytest.approx(published, abs=1e-12))
