"""Say what the reader of SDMX can be told, and what each concept is taken for."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vsrbook.importing.options import SourceOptions, Text

Role = Literal[
    "indicator",
    "area",
    "period",
    "value",
    "sex",
    "age",
    "residence",
    "unit",
    "multiplier",
    "status",
    "confidentiality",
    "nature",
    "comment",
    "source",
    "time_detail",
    "frequency",
    "reporting_type",
]

# The concept ids that play a role where the options name none: the first that a file has counts.
DEFAULTS: dict[Role, tuple[str, ...]] = {
    "indicator": ("SERIES", "INDICATOR", "IND", "INDICATOR_CODE", "MEASURE"),
    "area": ("REF_AREA", "GEO", "GEOGRAPHY", "GEO_AREA", "AREA", "REG_ID", "LOCATION", "REGION"),
    "period": ("TIME_PERIOD", "TIME", "YEAR"),
    "value": ("OBS_VALUE",),
    "sex": ("SEX", "GENDER"),
    "age": ("AGE", "AGE_GROUP"),
    "residence": ("URBANISATION", "URBANIZATION", "RESIDENCE", "URBAN_RURAL"),
    "unit": ("UNIT_MEASURE", "UNIT"),
    "multiplier": ("UNIT_MULT", "UNIT_MULTIPLIER"),
    "status": ("OBS_STATUS", "OBS_FLAG"),
    "confidentiality": ("CONF_STATUS", "OBS_CONF"),
    "nature": ("NATURE",),
    "comment": ("COMMENT_OBS", "OBS_COM", "COMMENT"),
    "source": ("SOURCE_DETAIL", "SOURCE", "DATA_SOURCE"),
    "time_detail": ("TIME_DETAIL",),
    "frequency": ("FREQ", "FREQUENCY"),
    "reporting_type": ("REPORTING_TYPE",),
}


class Options(SourceOptions):
    """What the reader of SDMX can be told, beside what all readers can."""

    structure: Text | None = Field(
        None,
        description="File with the structure definition; else one is looked for in the folder and above it.",
    )
    labels: Literal["labels", "codes"] = Field(
        "labels", description="codes = ages and categories keep their codes, to compare two files by code."
    )
    dimensions: dict[Role, Text] = Field(
        default_factory=dict,
        description="Which concept plays which role, such as {indicator: MEASURE, area: TL}.",
    )
    category_dimensions: tuple[Text, ...] | None = Field(
        None,
        max_length=50,
        description="The dimensions that become categories; rows with a code in any other one are refused.",
    )
    ignore_dimensions: tuple[Text, ...] = Field(
        (), max_length=50, description="Dimensions that are not read, whatever they hold."
    )
    reporting_type: Text | None = Field(
        None, description="Only rows of this reporting type are read, such as N for national figures."
    )
    totals: tuple[Text, ...] = Field(
        (), max_length=50, description="Codes that stand for no breakdown, beside _T, _Z, _X and TOTAL."
    )
