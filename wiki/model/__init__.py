"""The frozen values that rooms hand to each other; nothing here touches the world."""

from wiki.model.charter import GOAL_DAYS, NO_PURPOSE, Charter, Goal, Purpose
from wiki.model.editing import Collision, ConflictHunk, Edit, FileWrite, Met, Saved
from wiki.model.history import Commit, FileChange, Identity, Window
from wiki.model.names import (
    PAGE_SUFFIXES,
    check_file_path,
    check_page_name,
    check_space_name,
    is_hidden,
    is_page_path,
    name_key,
    page_file,
    page_name,
    pushed_path_fault,
)
from wiki.model.people import ANONYMOUS, Author, Door, Role, Viewer
from wiki.model.reading import RepositoryReader
from wiki.model.tree import TreeChange, TreeEntry

__all__ = [
    "ANONYMOUS",
    "GOAL_DAYS",
    "NO_PURPOSE",
    "PAGE_SUFFIXES",
    "Author",
    "Charter",
    "Collision",
    "Commit",
    "ConflictHunk",
    "Door",
    "Edit",
    "FileChange",
    "FileWrite",
    "Goal",
    "Identity",
    "Met",
    "Purpose",
    "RepositoryReader",
    "Role",
    "Saved",
    "TreeChange",
    "TreeEntry",
    "Viewer",
    "Window",
    "check_file_path",
    "check_page_name",
    "check_space_name",
    "is_hidden",
    "is_page_path",
    "name_key",
    "page_file",
    "page_name",
    "pushed_path_fault",
]
