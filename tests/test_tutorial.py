"""The tutorial, done step by step as it stands on its page, with the installed package and nothing else."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "book" / "tutorial.md"
BLOCK = re.compile(
    r"^```(?:\{code-block\} )?(\w+)\n(?::caption: ([^\n]+)\n\n)?(.*?)^```$", re.MULTILINE | re.DOTALL
)


@dataclass
class Newcomer:
    """Does what the page says, in a folder of her own."""

    programs: Path
    folder: Path
    said: str = ""

    def do(self, kind: str, caption: str, text: str) -> None:
        """Type the commands of a block, write what it says into a file, or see whether it was said."""
        file, _, where = caption.partition(", ")
        if kind == "sh":
            for line in text.splitlines():
                self.type(line)
        elif where == "these lines":
            self.change(self.folder / file, text)
        elif where in ("at the end", "below the header"):
            path = self.folder / file
            path.write_text(path.read_text("utf-8") + text, "utf-8", newline="\n")
        else:
            assert not caption, f"what is to be done with {caption}?"
            missing = [line for line in text.splitlines() if line.strip() not in self.said]
            assert not missing, f"not said: {missing}; said: {self.said}"

    def type(self, line: str) -> None:
        """Run one command as a shell would."""
        program, *arguments = shlex.split(line)
        if program == "cd":
            self.folder = self.folder / arguments[0]
        elif arguments == ["serve"]:
            self.look()
        else:
            done = subprocess.run(
                [self.programs / program, *arguments],
                cwd=self.folder,
                capture_output=True,
                text=True,
                check=False,
            )
            self.said = done.stdout + done.stderr
            assert done.returncode == 0, f"{line}: {self.said}"

    def look(self) -> None:
        """Open the address that serve prints; a free port stands in for the usual one."""
        command = [self.programs / "vsrbook", "serve", "--port", "0"]
        process = subprocess.Popen(command, cwd=self.folder, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            address = re.search(r"http://[\d.:]+", process.stdout.readline())
            assert address is not None
            page = f"{address[0]}/book/associations/index.html"
            with urllib.request.urlopen(page) as answer:  # noqa: S310  # an address of this machine
                assert b"Kenya" in answer.read()
        finally:
            process.kill()
            process.communicate()

    def change(self, path: Path, lines: str) -> None:
        """Give keys other values, taking the # away where a line begins with one."""
        text = path.read_text("utf-8")
        for line in lines.splitlines():
            key = line.partition(":")[0]
            text, count = re.subn(rf"^( {{0,2}})#?{key}:.*$", rf"\g<1>{line}", text, flags=re.MULTILINE)
            assert count == 1, f"{key} stands {count} times in {path.name}"
        path.write_text(text, "utf-8", newline="\n")


@pytest.fixture(scope="module")
def newcomer(kit_environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Newcomer:
    """Return her, when she has done all of it."""
    newcomer = Newcomer(kit_environment.parent, tmp_path_factory.mktemp("newcomer"))
    for block in BLOCK.finditer(PAGE.read_text("utf-8")):
        newcomer.do(block[1], block[2] or "", block[3])
    return newcomer


@pytest.mark.wheel
def test_the_tutorial_ends_with_a_published_review(newcomer: Newcomer) -> None:
    """Every command succeeds, says what the page says it does, and the pages promised are there."""
    site = newcomer.folder / "_build" / "html"
    review = site / "book" / "associations" / "kenya"
    assert len(list((review / "areas").glob("*.html"))) == 48  # the list, and the counties
    assert len(list(review.glob("goal-*.html"))) == 4
    assert "Not a publication of Council of Governors" in (review / "opening.html").read_text("utf-8")
    assert "taken part in discussions led by the UN" in (review / "impact.html").read_text("utf-8")
    learnt = (site / "book" / "associations" / "library" / "impacts.html").read_text("utf-8")
    assert "Norway" in learnt
    assert "taken part in discussions led by the UN" in learnt


@pytest.mark.wheel
def test_her_own_spreadsheet_corrected_is_read_again(newcomer: Newcomer) -> None:
    """The declared import is read anew when the file changes, and only pages that show it are run."""
    import openpyxl

    path = newcomer.folder / "book" / "files" / "counties.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet["B6"].value == "Mombasa"
    sheet["D6"] = 12.5
    book.save(path)
    newcomer.type("vsrbook check")
    assert "read again: book/files/counties.xlsx" in newcomer.said
    newcomer.type("vsrbook run")
    unchanged = re.search(r"(\d+) unchanged", newcomer.said)
    assert unchanged is not None
    assert int(unchanged[1]) > 40


def test_the_example_is_in_step_with_the_tables() -> None:
    """The spreadsheet of the tutorial holds Kenya's figures as the tables do; tools/write_example.py writes it."""
    import openpyxl

    sys.path.insert(0, str(ROOT / "tools"))
    try:
        from write_example import EXAMPLE, make_rows
    finally:
        sys.path.pop(0)
    sheet = openpyxl.load_workbook(EXAMPLE)["Counties 2019"]
    wanted = [[*row, *[None] * (8 - len(row))] for row in make_rows()]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == wanted
