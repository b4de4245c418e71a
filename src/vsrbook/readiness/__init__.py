"""Say how ready a review is: chapter by chapter, facet by facet, and what to do next in order of value.

`gather_readiness` makes a `Readiness` of each association; `print_readiness`, `readiness_json` and
`write_page` say it as text, as JSON and as a page that needs nothing but a browser.
"""

from vsrbook.readiness.export import readiness_json
from vsrbook.readiness.gathering import gather_readiness
from vsrbook.readiness.model import ChapterReadiness, Facet, Readiness, Step
from vsrbook.readiness.page import write_page, write_pages
from vsrbook.readiness.printing import print_readiness

__all__ = [
    "ChapterReadiness",
    "Facet",
    "Readiness",
    "Step",
    "gather_readiness",
    "print_readiness",
    "readiness_json",
    "write_page",
    "write_pages",
]
