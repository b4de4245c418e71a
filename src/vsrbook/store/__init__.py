"""Keep each association's tables so that one area's rows are read without the rest.

`write_store` compiles the tables into Parquet, observations sorted by area with few areas a row group;
`open_store` gives a `Store` that reads a table, an area or an indicator. `_build/store/<slug>/` holds
store.json, which names the files, and the files themselves, named by what they were made from.
"""

from vsrbook.store.reading import Store, open_store
from vsrbook.store.slices import compile_frame
from vsrbook.store.streaming import compile_observations
from vsrbook.store.writing import CleanCsv, digest_table, find_stale, write_store

__all__ = [
    "CleanCsv",
    "Store",
    "compile_frame",
    "compile_observations",
    "digest_table",
    "find_stale",
    "open_store",
    "write_store",
]
