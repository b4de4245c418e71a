"""Put the kit of a project (chapters, pages, templates, reference tables, peers) into the wheel: a hook of hatch."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CONTENTS = "src/vsrbook/kit/contents.py"


class AddKit(BuildHookInterface):
    """Maps files of the repository into vsrbook/_kit; an editable install finds them where they are."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Tell hatch which files to add, by the list that the toolkit itself goes by."""
        if version == "editable":
            return
        spec = importlib.util.spec_from_file_location("contents", Path(self.root, CONTENTS))
        contents = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(contents)
        for name, path in contents.list_kit(Path(self.root)).items():
            build_data["force_include"][str(path)] = f"vsrbook/_kit/{name}"
