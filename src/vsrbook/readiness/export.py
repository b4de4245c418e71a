"""Write readiness as JSON; status.schema.json beside this module is its contract."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from vsrbook.readiness.model import ChapterReadiness, Facet, Readiness


def readiness_json(found: Sequence[Readiness]) -> str:
    """Return readiness as JSON: by slug, with chapters and facets by their ids and the steps in order."""
    return json.dumps({one.slug: _describe(one) for one in found}, indent=2, ensure_ascii=False)


def _describe(one: Readiness) -> dict[str, Any]:
    return {
        "place": one.place,
        "edition": one.edition,
        "standing": one.standing,
        "chapters": {chapter.id: _describe_chapter(chapter) for chapter in one.chapters},
        "facets": {facet.id: _describe_facet(facet) for facet in one.facets},
        "next": [asdict(step) for step in one.steps],
    }


def _describe_chapter(chapter: ChapterReadiness) -> dict[str, Any]:
    status = chapter.status
    return {
        "number": chapter.number,
        "title": chapter.title,
        "state": chapter.state,
        "published": status.published,
        "wanted": status.wanted,
        "have": [need.name for need in status.have],
        "missing": [{"what": need.name, "remedy": need.remedy} for need in status.missing],
    }


def _describe_facet(facet: Facet) -> dict[str, Any]:
    described = {name: getattr(facet, name) for name in ("title", "state", "have", "of", "words", "where")}
    return described | {"details": list(facet.details), "figures": dict(facet.figures)}
