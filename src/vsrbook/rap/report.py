"""Write an assessment as JSON, Markdown or one HTML page that needs no other file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from vsrbook.problems import count_noun
from vsrbook.publishing.standalone import render_page
from vsrbook.rap.assessing import Assessment, Finding
from vsrbook.rap.citations import SOURCES, Citation
from vsrbook.rap.items import LEVELS, Level

TITLES: dict[Level, str] = {
    "baseline": "Baseline",
    "silver": "Silver",
    "gold": "Gold",
    "beside": "Beside the levels",
}
TITLE = "How reproducible this book is"
NOTE = (
    "A self-assessment, made by a program from the files of the project. Shown is what the files show, declared is "
    "what people say. It is no certificate, and the publisher of the scale has not seen it."
)
TONES = {"met": "good", "not met": "bad", "cannot be seen here": "partly"}  # colours of the page


def describe_level(assessment: Assessment) -> str:
    """Say which level is reached, and how much of it rests on what people say."""
    reached = assessment.level
    words = f"Level reached: {TITLES[reached].lower()}" if reached else "Level reached: none"
    if assessment.declared:
        words += f" ({count_noun(assessment.declared, 'item')} met as declared in rap.yml, not checked)"
    following = LEVELS[0] if reached is None else next(iter(LEVELS[LEVELS.index(reached) + 1 :]), None)
    if following is None:
        return f"{words}."
    left = [finding.item.id for finding in assessment.of(following) if finding.verdict != "met"]
    return f"{words}. For {TITLES[following].lower()} these are left: {', '.join(left)}."


def count_level(assessment: Assessment, level: Level) -> str:
    """Say how many items of a level are met."""
    found = assessment.of(level)
    return f"{sum(finding.verdict == 'met' for finding in found)} of {len(found)} met"


def name_verdict(finding: Finding) -> str:
    """Return the verdict, and what it rests on where it was not checked."""
    return f"{finding.verdict} (declared)" if finding.basis == "declared" else finding.verdict


def list_evidence(finding: Finding) -> Iterator[str]:
    """Yield what the folder shows, one line each, and what people answer."""
    for part in finding.parts:
        yield f"{part.seen}: {part.text}"
    if finding.answer is not None:
        word = "met" if finding.answer.met else "not met"
        yield f"declared on {finding.answer.date} as {word}: {' '.join(finding.answer.evidence.split())}"


def list_lines(finding: Finding) -> Iterator[str]:
    """Yield the evidence, and what is to be done."""
    yield from list_evidence(finding)
    for remedy in finding.remedies:
        yield f"to do: {remedy}"


def describe_making(assessment: Assessment) -> str:
    """Say of what, when and by which version the assessment was made."""
    commit = f", commit {assessment.commit}" if assessment.commit else ", no commit known"
    return f"{assessment.name}{commit}, assessed on {assessment.date} by vsrbook {assessment.version} (vsrbook rap)"


def write_json(assessment: Assessment) -> str:
    """Return the assessment as JSON; `level` is null where not even baseline is reached."""
    items = [
        {
            "id": finding.item.id,
            "level": finding.item.level,
            "source": finding.item.source,
            "asked": finding.item.asked,
            "verdict": finding.verdict,
            "basis": finding.basis,
            "evidence": [{"seen": part.seen, "text": part.text} for part in finding.parts],
            "answer": finding.answer.model_dump(mode="json") if finding.answer else None,
            "remedies": list(finding.remedies),
        }
        for finding in assessment.findings
    ]
    content = {
        "project": assessment.name,
        "date": assessment.date.isoformat(),
        "vsrbook": assessment.version,
        "commit": assessment.commit,
        "level": assessment.level,
        "declared": assessment.declared,
        "items": items,
        "problems": [str(problem) for problem in assessment.problems],
        "sources": {key: vars(source) for key, source in SOURCES.items() if source.url},
    }
    return json.dumps(content, indent=2, ensure_ascii=False)


def write_markdown(assessment: Assessment) -> str:
    """Return the assessment as Markdown: one list for each item."""
    lines = [f"# {TITLE}", "", escape_markdown(describe_making(assessment)) + ".", ""]
    lines += [f"**{escape_markdown(describe_level(assessment))}**", "", NOTE, ""]
    if assessment.problems:
        lines += ["## Problems of rap.yml", ""]
        lines += [f"- {escape_markdown(str(problem))}" for problem in assessment.problems] + [""]
    for level, title in TITLES.items():
        lines += [f"## {title}: {count_level(assessment, level)}", ""]
        for finding in assessment.of(level):
            lines += [f"### {finding.item.id}: {name_verdict(finding)}", "", finding.item.asked, ""]
            lines += [f"- {escape_markdown(line)}" for line in list_lines(finding)] + [""]
    lines += ["## Sources of the items", "", *(f"- {cite(one)} <{one.url}>" for one in _cited())]
    return "\n".join(lines) + "\n"


def escape_markdown(text: str) -> str:
    """Return text so that Markdown shows it as it stands."""
    return re.sub(r"([\\`*_{}\[\]<>#|$~&])", r"\\\1", text)


def _cited() -> list[Citation]:
    return [source for source in SOURCES.values() if source.url]


def cite(source: Citation) -> str:
    """Return a citation without its address."""
    return f"{source.publisher}: {source.title}. Licence: {source.licence}."


def write_html(assessment: Assessment) -> str:
    """Return the assessment as one HTML page: no script, no image, nothing from another place."""
    return render_page(
        "rap/templates/report.html.j2",
        assessment=assessment,
        title=TITLE,
        note=NOTE,
        making=describe_making(assessment),
        level=describe_level(assessment),
        parts=[
            (f"{title}: {count_level(assessment, level)}", assessment.of(level))
            for level, title in TITLES.items()
        ],
        tones=TONES,
        name_verdict=name_verdict,
        list_lines=list_lines,
        sources=[(cite(source), source.url) for source in _cited()],
    )
