"""Fill the kit for one project: its names and licence, without what it has of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path

from vsrbook.kit.facts import LICENCES, Facts

TEMPLATES = {
    "README.md": "README.md",
    "HOSTING.md": "HOSTING.md",
    "requirements.txt": "requirements.txt",
    "peers/README.md": "peers.md",
    ".gitignore": "gitignore",
    ".gitattributes": "gitattributes",
    ".github/workflows/publish.yml": "publish.yml",
}
LICENCE_TEMPLATE = "LICENSE"
VERSIONS = "environment.yml"  # of the kit; a project gets them as constraints.txt
_PINS = "# The versions of everything that vsrbook {version} was tested with; written by vsrbook init and upgrade.\n"


def render_kit(
    kit: Mapping[str, bytes], facts: Facts, slugs: Collection[str], version: str
) -> dict[str, bytes]:
    """Return the files that the kit gives to a project, by name.

    `slugs` are the associations of the project: they are left out of peers/. The same kit and facts give
    the same files, byte by byte.
    """
    own = tuple(place for slug in slugs for place in (f"peers/params/{slug}.yml", f"peers/data/{slug}/"))
    files = {name: data for name, data in kit.items() if not name.startswith(own) and name != VERSIONS}
    values = _values(facts, version)
    shown = rb"association = \"kenya\"", rf"association = \"{facts.slug}\"".encode()  # in Jupyter
    files |= {name: data.replace(*shown) for name, data in files.items() if name.endswith(".ipynb")}
    files["_config.yml"] = _fill_config(kit["_config.yml"].decode(), facts).encode()
    files["constraints.txt"] = list_pins(kit[VERSIONS].decode(), version).encode()
    files |= {name: _fill(template, values).encode() for name, template in TEMPLATES.items()}
    return dict(sorted(files.items()))


def render_licence(facts: Facts, version: str) -> bytes | None:
    """Return the notice of the licence that was chosen; None where none was."""
    if facts.licence not in LICENCES:
        return None
    return _fill(LICENCE_TEMPLATE, _values(facts, version)).encode()


def _values(facts: Facts, version: str) -> dict[str, str]:
    licence = LICENCES.get(facts.licence)
    says = (
        "No licence is chosen yet for the texts and data of this review, so nobody may reuse them; "
        "a file LICENSE that names one changes that."
    )
    if licence:
        says = f"The texts and data of this review: [{licence.title}]({licence.url}) (`{licence.id}`, see LICENSE)."
    wheel = f"vsrbook-{version}-py3-none-any.whl"
    chosen = {"id": licence.id, "title": licence.title, "url": licence.url} if licence else {}
    return {**facts.as_dict(), "version": version, "wheel": wheel, **chosen, "licence": says}


def _fill(template: str, values: Mapping[str, str]) -> str:
    text = (Path(__file__).parent / "templates" / template).read_text("utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda found: values[found[1]], text)


def _fill_config(text: str, facts: Facts) -> str:
    """Put title, author and copyright of the association into _config.yml."""
    licence = f", {facts.licence}" if facts.licence in LICENCES else ""
    known = {
        "title": f"Voluntary Subnational Review of {facts.place}",
        "author": facts.name,
        "copyright": "" if facts.licence == "CC0-1.0" else f"{facts.name}{licence}",
    }
    for key, value in known.items():
        line = f"{key}: {json.dumps(value, ensure_ascii=False)}"
        text = re.sub(rf"^{key}:.*$", line.replace("\\", r"\\"), text, count=1, flags=re.MULTILINE)
    return text


def list_pins(environment: str, version: str) -> str:
    """Return the versions in environment.yml as a file of constraints for pip."""
    pins = re.findall(r'^ +- "([a-z0-9][^"]*==[^"]*)"$', environment, re.MULTILINE)
    return _PINS.format(version=version) + "".join(f"{pin}\n" for pin in pins)
