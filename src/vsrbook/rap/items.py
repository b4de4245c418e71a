"""The items of the scale, in our own words: what is asked, how it is looked for, what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from vsrbook.rap import baseline, beside, gold, silver, silver_code, style
from vsrbook.rap.folder import Folder
from vsrbook.rap.parts import Part

Level = Literal["baseline", "silver", "gold", "beside"]
LEVELS: tuple[Level, ...] = ("baseline", "silver", "gold")


@dataclass(frozen=True)
class Item:
    """One thing that a level asks for. Items of the level "beside" belong to none, and decide nothing."""

    id: str
    level: Level
    source: str
    asked: str
    looks: str
    remedy: str
    check: Callable[[Folder], Iterable[Part]]


ITEMS = (
    Item(
        "open-language",
        "baseline",
        "nhs",
        "What is published is worked out by code, in a language that anybody may use.",
        "the language of every notebook; files of SAS, Stata, SPSS or Excel macros",
        "Work figures out in notebooks of Python or R, not in a closed program.",
        baseline.check_language,
    ),
    Item(
        "version-control",
        "baseline",
        "nhs",
        "Changes to the code are recorded by a version control system.",
        "commits in git; params, data and notebooks recorded; nothing changed since",
        "Record the project in git, and commit every change.",
        baseline.check_record,
    ),
    Item(
        "readme",
        "baseline",
        "nhs",
        "A README tells a stranger step by step how to get the same result.",
        "README.md has blocks of code with the commands that install, run and build",
        "Write the commands from an empty machine to the finished book into README.md.",
        baseline.check_readme,
    ),
    Item(
        "peer-review",
        "baseline",
        "nhs",
        "Somebody other than the author has reviewed the code.",
        "nothing in a folder shows it; people answer",
        "Have the code reviewed, and answer in rap.yml where that is written down.",
        baseline.check_review,
    ),
    Item(
        "open-code",
        "baseline",
        "nhs",
        "The code is open to everybody, and code and publication name each other.",
        "a public address of the repository; a page of the book that names it; that it opens, people answer",
        "Publish the repository, and name its address in the book.",
        baseline.check_openness,
    ),
    Item(
        "manual-steps",
        "silver",
        "nhs",
        "Code makes the outputs; people step in as little as can be.",
        "notebooks take parameters and are kept without results; pages are not kept by hand; the params declare "
        "where observations are read from",
        "Let vsrbook run fill every page, and vsrbook import the tables.",
        silver.check_manual_steps,
    ),
    Item(
        "documentation",
        "silver",
        "nhs",
        "Documents guide users, explain structure and method, and every function says what it does.",
        "README and pages in book/; where things are; a page on the method; text in notebooks; docstrings of public "
        "functions. Whether the words are good is not seen",
        "Write the missing page, and a line for every function.",
        silver_code.check_documents,
    ),
    Item(
        "layout",
        "silver",
        "nhs",
        "Files lie where everybody who knows the standard looks for them.",
        "params/, data/, notebooks/, book/, _config.yml, _toc.yml, README.md; no code or table at the top",
        "Move files into the folders of a book project.",
        silver_code.check_layout,
    ),
    Item(
        "functions",
        "silver",
        "nhs",
        "What is done more than once is a function or a class that is used again.",
        f"notebooks define no functions and have no cell above {silver_code.LONG_CELL} lines; no function stands twice",
        "Move code from notebooks into functions, and keep each once.",
        silver_code.check_functions,
    ),
    Item(
        "code-style",
        "silver",
        "nhs",
        "Code is written by a standard that those who work on it have agreed on.",
        "rules for ruff, and what ruff finds by them; other standards people answer for",
        "Agree on rules, write them into ruff.toml, and mend what ruff check finds.",
        style.check_style,
    ),
    Item(
        "tests",
        "silver",
        "nhs",
        "Tests stand beside the code: of functions, or of results against those known.",
        "tests that check something and name a part of the project, and a framework that runs them. Whether they "
        "pass, and whether they are enough, is not seen",
        "Write tests, and name pytest among what is needed.",
        silver.check_tests,
    ),
    Item(
        "dependencies",
        "silver",
        "nhs",
        "The repository says which other packages the code needs.",
        "a requirements file, environment.yml or lock that names every package in an exact version: stricter than "
        "the page, which asks for no versions",
        "Write requirements.txt with exact versions, better still a lock with hashes.",
        silver.check_dependencies,
    ),
    Item(
        "logs",
        "silver",
        "nhs",
        "Each run keeps a log by itself, from which it can be seen whether the outputs are as they should be.",
        "_build/run.json and _build/ledger of the last run; the page that says how the book was made",
        "Run vsrbook run; it writes the log.",
        silver.check_logs,
    ),
    Item(
        "tidy-data",
        "silver",
        "nhs",
        "Data are handled and given out as tidy tables: one row a thing, one column a property.",
        "all that vsrbook check finds in params and tables; tables that nothing declares",
        "Mend what vsrbook check names.",
        silver.check_tables,
    ),
    Item(
        "package",
        "gold",
        "nhs",
        "All the code is a package that can be installed.",
        "pyproject.toml with a package in src/, or vsrbook in a fixed version in a requirements file; no functions "
        "outside of it, tests and benchmarks apart",
        "Name the version of vsrbook in requirements.txt, and move functions of your own into a package.",
        gold.check_package,
    ),
    Item(
        "integration",
        "gold",
        "nhs",
        "A service runs the tests by itself whenever something changes.",
        "a workflow (GitHub, GitLab, Forgejo, Gitea) that runs the tests, or vsrbook check where there are none; a "
        "public address that it runs at",
        "Add a workflow that runs tests and checks on every push.",
        gold.check_integration,
    ),
    Item(
        "trigger",
        "gold",
        "nhs",
        "The process starts by itself: when something happens, such as new data, or on a schedule.",
        "a workflow that runs and builds the book on an event or a schedule; a public address that it runs at",
        "Let the workflow call vsrbook run and vsrbook build on push or on a schedule.",
        gold.check_trigger,
    ),
    Item(
        "changes",
        "gold",
        "nhs",
        "Users are told clearly what has changed from one release to the next.",
        "a changelog with an entry for a release, also for the version of today; tags in git",
        "Keep CHANGELOG.md, and tag every release.",
        gold.check_changes,
    ),
    Item(
        "quality-assurance",
        "beside",
        "gaf",
        "The guidance on quality that holds for the organisation has been followed.",
        "nothing in a folder shows it; people answer",
        "Follow a guidance on quality, and answer in rap.yml which one.",
        beside.check_assurance,
    ),
    Item(
        "licences",
        "beside",
        "vsrbook",
        "The licence of the code and of every source of the data is named.",
        "LICENSE at the top; the column licence in every table of sources",
        "Add LICENSE, and fill the column licence.",
        beside.check_licences,
    ),
    Item(
        "data-sources",
        "beside",
        "vsrbook",
        "Every figure names its source, and a text says how the tables came to be.",
        "tables of sources; data/<slug>/README.md where there are observations",
        "Fill sources.csv, and write a README beside the tables.",
        beside.check_sources,
    ),
)
BY_ID = {item.id: item for item in ITEMS}
