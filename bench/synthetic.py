"""Make a review of any size with invented figures: Samplia is no real place.

Run `python bench/synthetic.py FOLDER AREAS INDICATORS YEARS` to write params/samplia.yml and
data/samplia/*.csv into a folder.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FIRST_YEAR = 2010
NOTE = "# Invented figures for measuring: Samplia is no real place.\n"
PARAMS = """association:
  name: Union of Samplian Municipalities
  short_name: USM
  place: Samplia
  countries: ["NO"]
  tier: municipalities
  members: {{count: {areas}, source: synthetic}}
standing: sample
edition: "2026"
area_level: municipality
progress: {{method: eurostat}}
profiles:
  peers: {{by: [size], size_classes: [1000, 2000, 4000, 8000, 16000, 32000, 64000]}}
tables:
  sources: sources.csv
  areas: areas.csv
  indicators: indicators.csv
  observations: observations.csv
"""
AREA_COLUMNS = "area_code,name,level,parent_code,population,source_id\n"
INDICATOR_COLUMNS = "indicator_code,goal,name,unit,direction,source_id\n"
OBSERVATION_COLUMNS = (
    "indicator_code,area_code,year,sex,age,residence,category,value,weight,status,source_id,note\n"
)
SOURCE = (
    "source_id,title,publisher,date,url,licence,note\n"
    "synthetic,Invented figures,vsrbook bench,2026,,,Synthetic: no real place\n"
)


@dataclass(frozen=True)
class Size:
    """How many areas, indicators and years; a row for each of their combinations."""

    areas: int
    indicators: int
    years: int

    @property
    def rows(self) -> int:
        """The rows of observations.csv."""
        return self.areas * self.indicators * self.years

    def __str__(self) -> str:
        return f"{self.areas:,} areas × {self.indicators} indicators × {self.years} years"


def area_codes(size: Size) -> list[str]:
    """Return the codes of the municipalities; zeros before the number, as in many countries."""
    return [f"{number:04}" for number in range(1, size.areas + 1)]


def write_review(root: Path, size: Size, seed: int = 1) -> Path:
    """Write params and tables of Samplia below `root`; returns the path of observations.csv."""
    folder = root / "data" / "samplia"
    for place in (root / "params", folder):
        place.mkdir(parents=True, exist_ok=True)
    (root / "params" / "samplia.yml").write_text(NOTE + PARAMS.format(areas=size.areas), "utf-8")
    (folder / "sources.csv").write_text(SOURCE, "utf-8")
    sizes = random.Random(seed)  # noqa: S311  # figures to measure with
    regions = max(2, size.areas // 40)
    areas = [
        f"{code},Municipality {code},municipality,R{n % regions:03},{int(500 * 2 ** sizes.uniform(0, 8))},synthetic\n"
        for n, code in enumerate(area_codes(size))
    ]
    whole = "S,Samplia,country,,,synthetic\n"
    whole += "".join(f"R{n:03},Region {n},region,S,,synthetic\n" for n in range(regions))
    (folder / "areas.csv").write_text(AREA_COLUMNS + whole + "".join(areas), "utf-8")
    indicators = [
        f"IND-{number:03},{number % 17 + 1},Indicator {number} of some length,% of households,up,synthetic\n"
        for number in range(size.indicators)
    ]
    (folder / "indicators.csv").write_text(INDICATOR_COLUMNS + "".join(indicators), "utf-8")
    return write_observations(folder / "observations.csv", size, seed)


def make_book(root: Path, size: Size) -> Path:
    """Make a book project of synthetic data in a folder."""
    write_review(root, size)
    for name in ("_config.yml", "_toc.yml"):
        shutil.copy(ROOT / name, root / name)
    shutil.copytree(ROOT / "data" / "reference", root / "data" / "reference")
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    shutil.copytree(ROOT / "book", root / "book", ignore=shutil.ignore_patterns("associations"))
    (root / "locales").mkdir()
    settled = time.time() - 60  # a file of a moment ago is read again, to be sure
    for path in root.rglob("*.*"):
        os.utime(path, (settled, settled))
    return root


def write_observations(path: Path, size: Size, seed: int = 1) -> Path:
    """Write observations year by year, as a statistical office adds them: no area's rows lie together."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(OBSERVATION_COLUMNS)
        for lines in _make_lines(size, random.Random(seed)):  # noqa: S311  # figures to measure with
            file.write(lines)
    return path


def _make_lines(size: Size, figures: random.Random) -> Iterator[str]:
    codes = area_codes(size)
    for year in range(FIRST_YEAR, FIRST_YEAR + size.years):
        for number in range(size.indicators):
            start = f"IND-{number:03}"
            values = figures.choices(range(1000), k=len(codes))
            yield "".join(
                f"{start},{code},{year},,,,,{value / 10},{value + 7},,synthetic,\n"
                for code, value in zip(codes, values, strict=True)
            )


if __name__ == "__main__":
    counts = [int(word) for word in sys.argv[2:5]]
    print(write_review(Path(sys.argv[1]), Size(*counts)))
