"""Write an assessment as JSON, Markdown or one HTML page that needs no other file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from markupsafe import Markup

from vsrbook.problems import count_noun
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
STYLE = """\
:root { color-scheme: light dark; --back: #fff; --ink: #1a1a1a; --line: #767676; --link: #00499c;
  --met: #0a5c1f; --open: #6b4a00; --not: #a40e0e; }
@media (prefers-color-scheme: dark) {
  :root { --back: #16181c; --ink: #eee; --line: #8a8a8a; --link: #9cc7ff;
    --met: #7ddf95; --open: #f0c36a; --not: #ff9d94; }
}
html { background: var(--back); color: var(--ink); }
a { color: var(--link); }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 1rem; }
h1, h2, h3 { line-height: 1.25; overflow-wrap: anywhere; }
section { border-left: .3rem solid var(--line); padding: 0 0 .2rem 1rem; margin: 1.2rem 0; }
section h3, section p { margin: .2rem 0; }
li { overflow-wrap: anywhere; }
ul { margin: .3rem 0; padding-left: 1.2rem; }
.met { color: var(--met); } .open { color: var(--open); } .not { color: var(--not); }"""


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
            lines += [f"- {escape_markdown(line)}" for line in list_evidence(finding)]
            lines += [f"- to do: {escape_markdown(remedy)}" for remedy in finding.remedies] + [""]
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
    page = Markup(
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>{title}: {name}</title>\n<style>\n{style}\n</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
        "<p>{making}.</p>\n<p><strong>{level}</strong></p>\n<p>{note}</p>\n{problems}{levels}"
        "<h2>Sources of the items</h2>\n<ul>\n{sources}\n</ul>\n</main>\n</body>\n</html>\n"
    )
    levels = Markup("").join(_level(assessment, level) for level in TITLES)
    links = (Markup('<li>{} <a href="{}">{}</a></li>').format(cite(s), s.url, s.url) for s in _cited())
    return page.format(
        title=TITLE,
        name=assessment.name,
        style=Markup(STYLE),  # noqa: S704  # our own style sheet, a constant
        making=describe_making(assessment),
        level=describe_level(assessment),
        note=NOTE,
        problems=_problems(assessment),
        levels=levels,
        sources=Markup("\n").join(links),
    )


def _problems(assessment: Assessment) -> Markup:
    if not assessment.problems:
        return Markup("")
    return Markup("<h2>Problems of rap.yml</h2>\n{}\n").format(_list(map(str, assessment.problems)))


def _level(assessment: Assessment, level: Level) -> Markup:
    items = Markup("").join(map(_item, assessment.of(level)))
    return Markup("<h2>{}: {}</h2>\n{}").format(TITLES[level], count_level(assessment, level), items)


KINDS = {"met": "met", "not met": "not", "cannot be seen here": "open"}


def _item(finding: Finding) -> Markup:
    frame = Markup(
        '<section aria-labelledby="{id}">\n<h3 id="{id}">{id}: <span class="{kind}">{verdict}</span></h3>\n'
        "<p>{asked}</p>\n{lines}\n</section>\n"
    )
    lines = [*list_evidence(finding), *(f"to do: {remedy}" for remedy in finding.remedies)]
    return frame.format(
        id=finding.item.id,
        kind=KINDS[finding.verdict],
        verdict=name_verdict(finding),
        asked=finding.item.asked,
        lines=_list(lines),
    )


def _list(lines: Iterable[str]) -> Markup:
    items = Markup("").join(Markup("<li>{}</li>").format(line) for line in lines)
    return Markup("<ul>{}</ul>").format(items)
