"""The publications that the items come from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Citation:
    """A publication that items come from."""

    title: str
    publisher: str
    url: str
    licence: str


SOURCES = {
    "nhs": Citation(
        "Levels of RAP",
        "RAP Community of Practice, NHS England (first NHS Digital)",
        "https://nhsdigital.github.io/rap-community-of-practice/introduction_to_RAP/levels_of_RAP/",
        "© Crown copyright, Open Government Licence 3.0, as a README of its repository states",
    ),
    "gaf": Citation(
        "Reproducible Analytical Pipelines (RAP)",
        "Government Analysis Function, United Kingdom",
        "https://analysisfunction.civilservice.gov.uk/support/reproducible-analytical-pipelines/",
        "not stated in the text that was read",
    ),
    "vsrbook": Citation("How reproducible a book is", "vsrbook", "", "MIT"),
}
