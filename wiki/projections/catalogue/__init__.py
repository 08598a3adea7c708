"""The catalogue: what pages, folders, files, links and tags there are now."""

from wiki.projections.catalogue.catalogue import Catalogue
from wiki.projections.catalogue.rows import (
    FileRow,
    FolderListing,
    FolderRow,
    PageRow,
    TagRow,
    WantedRow,
)

__all__ = [
    "Catalogue",
    "FileRow",
    "FolderListing",
    "FolderRow",
    "PageRow",
    "TagRow",
    "WantedRow",
]
