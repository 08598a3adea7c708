"""The structure of a space through time: which links and tags every version of every page had."""

from wiki.projections.structure.columns import Columns
from wiki.projections.structure.structure import Structure

__all__ = ["Columns", "Structure"]
