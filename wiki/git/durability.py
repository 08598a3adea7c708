"""Making what was written survive a power cut, and telling a full disk from a broken one."""

from __future__ import annotations

import ctypes
import errno
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from wiki.errors import EXHAUSTED, Overloaded, StorageFull, StorageReadOnly

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {
    errno.EROFS,
    errno.EACCES,
    errno.EPERM,
    errno.EIO,
    errno.ENODEV,
    errno.ESTALE,
}


@contextmanager
def storage_refusals() -> Iterator[None]:
    """Turn the operating system's errors while writing into the refusals a person understands."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull from error
        if error.errno in _REFUSED:
            raise StorageReadOnly(os.strerror(error.errno or 0)) from error
        if error.errno in EXHAUSTED:
            raise Overloaded(os.strerror(error.errno or 0)) from error
        raise


def check_room(folder: Path, room: int) -> None:
    """Find out whether ``room`` bytes could be written in a folder, before anybody begins to.

    Raises:
        StorageFull, StorageReadOnly, Overloaded: they could not.
    """
    with storage_refusals(), tempfile.TemporaryFile(dir=folder) as file:
        os.posix_fallocate(file.fileno(), 0, room)


def sync_objects(repository: Path, oids: Iterable[str]) -> None:
    """Return when these loose objects and their folders are on the disk.

    One ``syncfs`` where the system has it: cheaper than a flush for every file.

    Raises:
        OSError: the disk failed.
    """
    objects = repository / "objects"
    if _sync_system(objects):
        return
    folders = {objects}
    for oid in oids:
        file = objects / oid[:2] / oid[2:]
        _sync(file)
        folders.add(file.parent)
    for folder in folders:
        _sync(folder)


def sync_received(repository: Path, references: Iterable[str]) -> None:
    """Return when everything that git just took in is on the disk, with the folders it lies in.

    git has synced the files themselves (``core.fsync``), but never their folders.

    Raises:
        OSError: the disk failed.
    """
    objects = repository / "objects"
    if not _sync_system(objects):
        for folder in (objects, *(path for path in objects.iterdir() if path.is_dir())):
            _sync(folder)
    _sync(repository)
    for reference in references:
        with suppress(FileNotFoundError):  # removed, or packed away meanwhile
            sync_reference(repository, reference)


def sync_reference(repository: Path, reference: str) -> None:
    """Return when the folder that holds a reference file is on the disk (git never does this).

    Raises:
        OSError: the disk failed.
    """
    folder = (repository / reference).parent
    while folder != repository:
        _sync(folder)
        if folder.name == "heads":
            return
        folder = folder.parent


def _sync_system(folder: Path) -> bool:
    """Sync the whole file system that a folder lies in; False where that cannot be asked for."""
    syncfs = _syncfs()
    if syncfs is None:
        return False
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if syncfs(handle) == 0:
            return True
        number = ctypes.get_errno()
        if number != errno.ENOSYS:
            raise OSError(number, os.strerror(number))
        return False
    finally:
        os.close(handle)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@cache
def _syncfs() -> Callable[[int], int] | None:
    try:
        function = ctypes.CDLL(None, use_errno=True).syncfs
    except (OSError, AttributeError):
        return None
    function.argtypes = [ctypes.c_int]
    function.restype = ctypes.c_int
    return function
