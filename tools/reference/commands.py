"""The page on the commands, from the click objects that run them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from reference.myst import code, fenced, paragraphs, prose, table
from vsrbook import cli_common
from vsrbook.cli import main

HEAD = """\
# The commands

Every command is typed in the folder of the book. `vsrbook COMMAND --help` says the same as this page, which is
written from the commands themselves.
"""
EXITS = {
    "OK": "It is done, and nothing is wrong.",
    "FAULTS": "Something is wrong, or has not been made; the lines above say what, and where.",
    "USAGE": "The command cannot be carried out as it was typed, or there is no book here.",
    "INTERRUPTED": "You have stopped it with Ctrl-C; what was finished is kept.",
}


def commands_page() -> str:
    """Return the page book/reference-commands.md."""
    parts = [HEAD, _options_of_all(main), _exit_codes()]
    return "\n".join([*parts, *(_section(command, path) for path, command in walk_commands(main))])


def walk_commands(group: click.Group, above: str = "vsrbook") -> Iterator[tuple[str, click.Command]]:
    """Yield every command that is shown, groups' own commands after them, with the words that call it."""
    for name, command in group.commands.items():
        if command.hidden:
            continue
        yield f"{above} {name}", command
        if isinstance(command, click.Group):
            yield from walk_commands(command, f"{above} {name}")


def _options_of_all(group: click.Group) -> str:
    said = "These options stand between `vsrbook` and the command:\n\n"
    return said + _options(group)


def _exit_codes() -> str:
    numbers = {
        name: value
        for name, value in vars(cli_common).items()
        if name.isupper() and isinstance(value, int) and not isinstance(value, bool)
    }
    rows = [[code(str(value)), EXITS[name]] for name, value in numbers.items()]
    lead = "## Exit codes\n\nPrograms that call a command read how it ended:\n\n"
    return lead + table(["Code", "What it means"], rows)


def _section(command: click.Command, path: str) -> str:
    parts = [f"(command-{'-'.join(path.split()[1:])})=\n## {path}\n"]
    parts.append(fenced(f"{path} {' '.join(_usage(command))}"))
    parts.append(paragraphs(command.help or ""))
    for title, block in (("Arguments", _arguments(command)), ("Options", _options(command))):
        if block:
            parts.append(f"**{title}**\n\n{block}")
    examples = _examples(command)
    if examples:
        parts.append(f"**Examples**\n\n{fenced(examples, 'sh')}")
    return "\n".join(parts)


def _usage(command: click.Command) -> Iterator[str]:
    yield "[OPTIONS]"
    yield from (name_argument(one) for one in command.params if isinstance(one, click.Argument))
    if isinstance(command, click.Group):
        yield "COMMAND"


def name_argument(argument: click.Argument) -> str:
    """Name an argument as the usage line does: [ASSOCIATION]... for any number of them."""
    if argument.metavar:
        return argument.metavar
    name = str(argument.name).upper()
    shown = name if argument.required else f"[{name}]"
    return f"{shown}..." if argument.nargs == -1 else shown


def _arguments(command: click.Command) -> str:
    rows = [
        [
            code(name_argument(one).strip("[].").strip("]")),
            "yes" if one.required else "",
            "any number" if one.nargs == -1 else str(one.nargs),
        ]
        for one in command.params
        if isinstance(one, click.Argument)
    ]
    return table(["Argument", "Must be given", "How many"], rows) if rows else ""


def _options(command: click.Command) -> str:
    rows = []
    for one in command.params:
        if isinstance(one, click.Option) and not one.hidden:
            said = prose(one.help or "") + (" May be given several times." if one.multiple else "")
            rows.append([_spell(one), said, _describe_value(one), _default(one)])
    return table(["Option", "What it does", "Value", "If left out"], rows) if rows else ""


def _spell(option: click.Option) -> str:
    value = "" if option.is_flag or option.count else f" {_placeholder(option)}"
    return ", ".join(code(f"{name}{value}") for name in [*option.opts, *option.secondary_opts])


def _placeholder(option: click.Option) -> str:
    return option.metavar or str(option.name).rpartition("_")[2].upper()


def _describe_value(option: click.Option) -> str:
    if option.is_flag or option.count:
        return ""
    return describe_type(option.type)


def describe_type(kind: click.ParamType) -> str:
    """Say in plain words what may be given."""
    if isinstance(kind, click.Choice):
        return "one of " + ", ".join(code(str(choice)) for choice in kind.choices)
    if isinstance(kind, (click.IntRange, click.FloatRange)):
        noun = "a whole number" if isinstance(kind, click.IntRange) else "a number"
        ends = [(kind.min, "from {}"), (kind.max, "to {}")]
        return " ".join([noun, *(words.format(end) for end, words in ends if end is not None)])
    if isinstance(kind, click.Path):
        what = "a file" if not kind.dir_okay else "a folder" if not kind.file_okay else "a file or folder"
        return f"{what} that is there" if kind.exists else what
    known = {click.INT: "a whole number", click.FLOAT: "a number", click.BOOL: "true or false"}
    return known.get(kind, "text")


def _default(option: click.Option) -> str:
    if isinstance(option.show_default, str):
        return prose(option.show_default)
    if option.required:
        return "must be given"
    return code(str(option.default)) if option.show_default else ""


def _examples(command: click.Command) -> str:
    """Return the examples of a command's epilog, one a line."""
    text = inspect.cleandoc((command.epilog or "").replace("\b", ""))
    return text.partition("Examples:")[2].strip("\n")
