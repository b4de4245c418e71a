"""The kit: all that the repository of one association needs and the toolkit brings along."""

from vsrbook.kit.finding import find_kit

__all__ = ["find_kit"]
