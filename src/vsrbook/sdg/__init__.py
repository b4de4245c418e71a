"""The Sustainable Development Goals: goals, targets, global indicators and series codes.

The goals are in the code; names in other languages, targets, indicators and series are tables in this
folder, read when they are first asked for. README.md beside them says where they are from.
"""

from vsrbook.sdg.codes import CodeKind, CodeNote, check_code, explain_code, sort_key, write_codes
from vsrbook.sdg.goals import GOALS, Goal
from vsrbook.sdg.names import goal_languages, goal_name
from vsrbook.sdg.reference import (
    FRAMEWORKS,
    GlobalIndicator,
    Series,
    Target,
    find_indicator,
    find_target,
    global_indicators,
    indicator_label,
    series_codes,
    target_label,
    targets,
)

__all__ = [
    "FRAMEWORKS",
    "GOALS",
    "CodeKind",
    "CodeNote",
    "GlobalIndicator",
    "Goal",
    "Series",
    "Target",
    "check_code",
    "explain_code",
    "find_indicator",
    "find_target",
    "global_indicators",
    "goal_languages",
    "goal_name",
    "indicator_label",
    "series_codes",
    "sort_key",
    "target_label",
    "targets",
    "write_codes",
]
