"""Commands of the pages, parsed by the commands themselves and not run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

import click
import yaml

from drift.pages import Page
from reference.commands import describe_type
from vsrbook.cli import main
from vsrbook.problems import Problem, ReviewError, suggest
from vsrbook.sources import find_reader

CALL = re.compile(r"^\s*(?:- )?(?:run: )?(?:[$>] )?(?:\S*[/\\])?vsrbook(?:\.exe)?(?=\s|$)")
PLACEHOLDER = re.compile(r"<[\w -]+>")
STANDS_FOR_SOMETHING = re.compile(
    r"[A-Z][A-Z_]*|.*…|PLACEHOLDER.*"
)  # no example, but the name of what goes here
OPTION = re.compile(r"(--[a-z][a-z-]*)(?:[ =].*)?")
ENDS = {"&&", "||", "|", ";", ">", ">>", "&"}


def find_command_faults(page: Page) -> Iterator[Problem]:
    """Say of each command of a page what is wrong with it."""
    for block in page.blocks:
        for number, line in enumerate(_join_lines(block.text).split("\n")):
            if CALL.match(line):
                yield from _at(page, block.row + 1 + number, check_line(line))
    for span in page.spans:
        if CALL.match(span.text):
            yield from _at(page, span.row, check_line(span.text, whole=False))
        elif (option := OPTION.fullmatch(span.text)) and option[1] not in known_options() | _foreign(page):
            hint = suggest(option[1], known_options(), "vsrbook COMMAND --help lists the options")
            yield from _at(page, span.row, [f"no command has the option '{option[1]}'; {hint}"])


def _join_lines(text: str) -> str:
    """Join lines that go on, and keep their number."""
    return re.sub(r"\\\n(.*)", r" \1\n", text)


def _at(page: Page, row: int, faults: Any) -> Iterator[Problem]:
    for fault in faults:
        what, _, hint = fault.partition("; ")
        yield Problem(page.name, what, hint, row)


def check_line(line: str, *, whole: bool = True) -> Iterator[str]:
    """Say what is wrong with a line; one that is not `whole` names a command and may leave arguments out."""
    line = PLACEHOLDER.sub("PLACEHOLDER", CALL.sub("vsrbook", line, count=1))
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    try:
        words = list(lexer)
    except ValueError as error:
        yield f"'{line.strip()}' cannot be read: {error}; close the quotation mark"
        return
    for call in _split_calls(words):
        is_usage = any(word.startswith("[") for word in call)  # vsrbook run [OPTIONS] [ASSOCIATION]...
        plain_words = [word for word in call[1:] if not word.startswith("[")]
        yield from check_call(main, plain_words, whole=whole and not is_usage)


def _split_calls(words: list[str]) -> Iterator[list[str]]:
    call: list[str] = []
    for word in [*words, "&&"]:
        if word in ENDS:
            if call and call[0].rpartition("/")[2] == "vsrbook":
                yield call
            call = []
        else:
            call.append(word)


def check_call(command: click.Command, words: list[str], *, whole: bool) -> Iterator[str]:
    """Say what is wrong with a call: unknown commands and options, values that do not fit, what is missing."""
    context = click.Context(command, info_name=command.name, **command.context_settings)
    try:
        given, rest, _order = command.make_parser(context).parse_args(list(words))
    except click.NoSuchOption as error:
        known = [name for one in command.params for name in one.opts]
        hint = suggest(error.option_name, known, f"{_call(command)} --help lists the options")
        yield f"{_call(command)} has no option '{error.option_name}'; {hint}"
        return
    except click.UsageError as error:
        yield f"{_call(command)}: {error.format_message()}; {_call(command)} --help lists the options"
        return
    if "--help" in words or "--version" in words:
        return
    yield from _check_values(command, context, given, whole=whole)
    if isinstance(command, click.Group):
        yield from _check_group(command, rest, whole=whole)
    elif rest:
        yield f"{_call(command)} takes no '{' '.join(rest)}'; {_call(command)} --help"
    elif command.name == "import":
        yield from _check_import(given)


def _call(command: click.Command) -> str:
    return "vsrbook" if command is main else f"vsrbook {command.name}"


def _check_group(group: click.Group, rest: list[str], *, whole: bool) -> Iterator[str]:
    if not rest:
        if whole:
            yield f"{_call(group)} needs a command; {_call(group)} --help lists them"
    elif rest[0] in group.commands:
        yield from check_call(group.commands[rest[0]], rest[1:], whole=whole)
    elif not is_placeholder(rest[0]):
        hint = suggest(rest[0], group.commands, f"{_call(group)} --help lists them")
        yield f"there is no command '{rest[0]}'; {hint}"


def _check_values(
    command: click.Command, context: click.Context, given: dict[str, Any], *, whole: bool
) -> Iterator[str]:
    for one in command.params:
        value = given.get(str(one.name))
        values = (
            [value] if isinstance(value, str) else list(value) if isinstance(value, (list, tuple)) else []
        )
        if not values and one.required and whole:
            yield f"{_call(command)}: {one.human_readable_name} is missing; {_call(command)} --help"
        for word in values:
            if isinstance(word, str) and not is_placeholder(word) and not _fits(one, word, context):
                yield f"{_call(command)}: '{word}' does not fit {one.opts[0]}; {describe_type(one.type)}"


def _fits(one: click.Parameter, word: str, context: click.Context) -> bool:
    """Whether a value is of the kind wanted; a file or folder of an example need not be there."""
    try:
        if not isinstance(one.type, click.Path):
            one.type.convert(word, one, context)
    except click.UsageError:
        return False
    return True


def _check_import(given: dict[str, Any]) -> Iterator[str]:
    """Check what click does not know: the format, and the keys of its options."""
    name = given.get("format_name")
    if not isinstance(name, str) or is_placeholder(name):
        return
    try:
        reader = find_reader(name)
    except ReviewError as error:
        yield from (f"{problem.what}; {problem.hint}" for problem in error.problems)
        return
    single = given.get("single")
    for words in single if isinstance(single, (list, tuple)) else ():
        key, sign, value = words.partition("=")
        if not sign and not is_placeholder(words):
            yield f"'{words}' is not KEY=VALUE; write one option as -o language=fr"
        elif sign and not is_placeholder(key) and key not in reader.Options.model_fields:
            yield f"{name} has no option '{key}'; {suggest(key, reader.Options.model_fields, 'see the reference')}"
        yield from _check_yaml(key, value)


def _check_yaml(key: str, value: str) -> Iterator[str]:
    try:
        yaml.safe_load(value)
    except yaml.YAMLError:
        yield f"the value of '{key}' is not YAML; put it in quotation marks"


def is_placeholder(word: str) -> bool:
    """Whether a word stands for something to be filled in: SLUG, <language>, …."""
    return STANDS_FOR_SOMETHING.fullmatch(word) is not None


def known_options(command: click.Command = main) -> set[str]:
    """Return the long options of all commands."""
    own = {name for one in command.params for name in (*one.opts, *one.secondary_opts)} | {"--help"}
    below = command.commands.values() if isinstance(command, click.Group) else ()
    return own.union(*(known_options(one) for one in below))


def _foreign(page: Page) -> set[str]:
    """Return options of other programs that a block of the page shows."""
    lines = [line for block in page.blocks for line in block.text.splitlines() if not CALL.match(line)]
    return set(re.findall(r"(?<!\S)--[a-z][a-z-]*", "\n".join(lines)))


def named_commands(page: Page) -> set[str]:
    """Return the commands that a page names, in blocks or sentences."""
    lines = [line for block in page.blocks for line in block.text.splitlines()]
    calls = [
        CALL.sub("", line, count=1).split()
        for line in [*lines, *(s.text for s in page.spans)]
        if CALL.match(line)
    ]
    return {words[0] for words in calls if words}
