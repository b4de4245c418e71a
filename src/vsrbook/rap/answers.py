"""Read what people answer in rap.yml where a folder shows nothing."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vsrbook.params import EXPECTED
from vsrbook.problems import Problem, shorten, suggest
from vsrbook.project import Project
from vsrbook.rap.items import BY_ID, ITEMS
from vsrbook.yaml_places import MAX_BYTES, YamlFile, name_place, read_yaml

FILE = "rap.yml"
HINT = "book/rap.md explains it, and vsrbook rap --write-template writes one to start from"
HEAD = """\
# What people answer where the folder shows nothing: vsrbook rap reads it. Take the signs # away before the
# lines that you fill. An answer is shown as declared, never as checked; one that is against what the folder
# shows is an error. book/rap.md explains each item.
"""


class Answer(BaseModel):
    """What people say about an item: whether it is met, where that can be read, and since when it holds."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    met: Annotated[bool, Field(strict=True)]
    evidence: Annotated[str, Field(min_length=10, max_length=1000)]
    date: datetime.date


def read_answers(project: Project, today: datetime.date) -> tuple[dict[str, Answer], list[Problem]]:
    """Read rap.yml: the answers by item, and every problem. Without the file there are none."""
    path = project.root / FILE
    if not path.is_symlink() and not path.exists():
        return {}, []
    if not path.is_file():
        return {}, [Problem(FILE, "is no plain file", "put the answers into a plain file of this name")]
    if path.stat().st_size > MAX_BYTES:
        return {}, [Problem(FILE, f"is larger than {MAX_BYTES:,} bytes", "is this the right file?")]
    if _holds_nothing(path.read_bytes()):
        return {}, []
    file, problems = read_yaml(path, FILE)
    if problems:
        return {}, [replace(one, hint=HINT if "_template" in one.hint else one.hint) for one in problems]
    return parse_answers(file, today)


def _holds_nothing(content: bytes) -> bool:
    """Whether a file has comments and empty lines only: a template that nobody has filled."""
    lines = content.removeprefix(b"\xef\xbb\xbf").splitlines()
    return all(not line.strip() or line.lstrip().startswith(b"#") for line in lines)


def parse_answers(file: YamlFile, today: datetime.date) -> tuple[dict[str, Answer], list[Problem]]:
    """Turn the keys of rap.yml into answers; what does not fit is a Problem, and no answer."""
    answers, problems = {}, []
    for key, given in file.data.items():
        line = file.line_of((key,))
        if key not in BY_ID:
            hint = suggest(key, BY_ID, f"the items are {', '.join(BY_ID)}")
            problems.append(Problem(FILE, f"unknown item {shorten(key)}", hint, line))
            continue
        try:
            answer = Answer.model_validate(given)
        except ValidationError as error:
            problems += [_explain(fault, file, key) for fault in error.errors()]
            continue
        if answer.date > today:
            what = f"{answer.date} is yet to come; today is {today}"
            row = file.line_of((key, "date"))
            problems.append(Problem(FILE, what, "write the day of the answer", row, f"{key}.date"))
            continue
        answers[key] = answer
    return answers, problems


def _explain(fault: Any, file: YamlFile, key: str) -> Problem:
    place = (key, *fault["loc"])
    row, column, kind = file.line_of(place), name_place(place), fault["type"]
    known = list(Answer.model_fields)
    if kind == "extra_forbidden":
        near = suggest(str(place[-1]), known, f"known here: {', '.join(known)}")
        return Problem(FILE, "unknown key", near, row, column)
    if kind == "missing":
        return Problem(FILE, "is missing", f"an answer has {', '.join(known)}", row, column)
    if kind in ("string_too_short", "string_too_long"):
        hint = "say in 10 to 1,000 signs where it can be read"
        return Problem(FILE, f"{shorten(fault['input'])} does not fit", hint, row, column)
    if kind in ("model_type", "model_attributes_type"):
        hint = f"write below it {', '.join(known)}"
        return Problem(FILE, f"{shorten(fault['input'])} does not fit", hint, row, column)
    expected = EXPECTED.get(kind, "a day, such as 2026-07-07" if kind.startswith("date") else fault["msg"])
    return Problem(FILE, f"{shorten(fault['input'])} does not fit", f"expected {expected}", row, column)


def template_text(today: datetime.date) -> str:
    """Return a rap.yml with every item as a comment."""
    lines = [HEAD]
    for item in ITEMS:
        name = "beside the levels" if item.level == "beside" else item.level
        lines += [f"# {item.asked} ({name})"]
        lines += [
            f"#{item.id}:",
            "#  met: true",
            '#  evidence: "where it can be read"',
            f"#  date: {today}",
            "",
        ]
    return "\n".join(lines).rstrip("\n") + "\n"
