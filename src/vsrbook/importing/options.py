"""What an import can be told, whatever the format; each reader adds its own."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from vsrbook.params import language_codes

NO_SOURCE = "name-of-the-source"  # stands in a proposed import where its source_id goes
Text = Annotated[str, Field(min_length=1, max_length=300)]


def _check_language(code: str) -> str:
    if code not in language_codes():
        raise ValueError("it is no language code")
    return code


class SourceOptions(BaseModel):
    """The keys below `options:` of an import that every format understands."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    language: Annotated[str, Field(max_length=20), AfterValidator(_check_language)] = Field(
        "en", description="Language to read names in, where there are several: its code, such as fr."
    )
    missing: tuple[str, ...] = Field(
        (), max_length=50, description="Marks that stand for a missing value, such as '-' and '..'."
    )
    areas: Literal["add", "match"] | None = Field(
        None,
        description="add = areas that no table knows are added; match = their rows are refused and listed. "
        "Left out: match where the association has areas of its own, else add.",
    )
    area_level: Text | None = Field(None, description="Level of the areas that are added, such as region.")
    parent_level: Text = Field(
        "region", description="Level of the larger areas that the source names and no table knows."
    )
    area_aliases: dict[str, str] = Field(
        default_factory=dict,
        max_length=10_000,
        description="Name or code as the source writes it: code of the area it means.",
    )
    whole_area: Text | None = Field(
        None,
        description="Code of the area that rows without an area are for; the whole territory if left out.",
    )
    bounds: dict[str, tuple[float | None, float | None]] = Field(
        default_factory=dict,
        max_length=10_000,
        description="Lowest and highest possible value per indicator code; '*' for all others.",
    )
