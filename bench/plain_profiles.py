"""The profiles of an association as a plain script: the same figures, no notebooks, pages or packages. The limit."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any


def make_profile(slug: str, code: str, draw: Any) -> None:
    """Make everything that a profile shows: blocks as HTML, the chart with its static image."""
    from vsrbook.chapters import profile as page
    from vsrbook.chapters import profile_findings, profile_table
    from vsrbook.profiles import load_profile

    profile = load_profile(slug, area=code)
    for make in (
        page.summary,
        page.context,
        profile_findings.strengths_and_gaps,
        page.peers,
        profile_findings.peer_figure,
        profile_findings.goal_statuses,
        profile_table.indicator_table,
        page.missing,
        page.practices,
        page.sources,
    ):
        show(make(profile), draw)


def show(item: Any, draw: Any) -> None:
    """Do what `vsrbook.show` and the worker do: MIME bundles, and the image of each figure."""
    if isinstance(item, list | tuple):
        for one in item:
            show(one, draw)
    elif item is not None:
        json.dumps(item._repr_mimebundle_())
        if hasattr(item, "spec"):
            draw(item.spec, item.title, item.alt)


def main() -> None:
    """Run `plain_profiles.py ROOT SLUG`: gather the data, then make each profile."""
    root, slug = Path(sys.argv[1]), sys.argv[2]
    os.environ["VSRBOOK_PROJECT"] = str(root)
    from vsrbook.figures.figure import draw_svg
    from vsrbook.profiles.gathering import gather_profiles
    from vsrbook.project import Edition, Project

    gathered = gather_profiles(Project(root), slug, Edition())
    assert gathered.dataset is not None  # noqa: S101  # a benchmark of nothing would be fast
    for code in gathered.dataset.codes:
        make_profile(slug, code, draw_svg)


if __name__ == "__main__":
    main()
