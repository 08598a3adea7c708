"""The only room that runs git: reading a repository, and the one way to write into it."""

from wiki.git.creating import create, fsck
from wiki.git.guarding import can_receive
from wiki.git.importing import ImportResult, import_repository
from wiki.git.process import git_version
from wiki.git.repository import Repository

__all__ = [
    "ImportResult",
    "Repository",
    "can_receive",
    "create",
    "fsck",
    "git_version",
    "import_repository",
]
