"""Where an index lies on disk, and how it is known to be whole.

A *generation* is a folder with a Whoosh index, filled once by a rebuild and followed from then on.
One small file, the manifest, names the generation in use, the commit it shows, and every file with
its size and checksum. It is replaced atomically after the files are written, and only then are old
files removed: whoever reads sees the old state or the new one, a killed writer leaves the old one,
and a file that was damaged, cut short or lost (Whoosh never syncs) is noticed before it is used.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import shutil
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

MANIFEST = "manifest"
DAMAGED = "damaged"
_BLOCK = 1 << 20


class IndexDamaged(Exception):
    """A file of the index is not what the manifest says; the index must be rebuilt."""


@dataclass(frozen=True, slots=True)
class FileSeal:
    """What a file must look like."""

    size: int
    checksum: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """A state of the index. ``generation`` is a folder's name, ``toc`` Whoosh's own counter.

    ``stamp`` tells states apart (also a rebuilt one at the same commit).
    """

    version: int
    generation: str
    toc: int
    position: str
    pages: int
    files: dict[str, FileSeal]
    stamp: str = ""


class Store:
    """The folder of one index; any number of processes may read it while one writes."""

    def __init__(self, folder: Path, version: int) -> None:
        self.folder = folder
        self._version = version
        self._trusted: dict[str, tuple[int, int, int]] = {}

    def manifest(self) -> Manifest | None:
        """The state in use; None if there is none, or one of another version, or a damaged one."""
        try:
            raw = (self.folder / MANIFEST).read_bytes()
            checksum, body = raw.split(b"\n", 1)
            if int(checksum) != zlib.crc32(body):
                return None
            table = json.loads(body)
            if table["version"] != self._version:
                return None
            table["files"] = {name: FileSeal(*seal) for name, seal in table["files"].items()}
            manifest = Manifest(**table)
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return None if self._reported_damaged() == manifest.generation else manifest

    def signature(self) -> tuple[int, int, int] | None:
        """Changes whenever the manifest does; costs one look at the file."""
        try:
            status = (self.folder / MANIFEST).stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino, status.st_size

    def generation_folder(self, manifest: Manifest) -> Path:
        return self.folder / manifest.generation

    def check(self, manifest: Manifest) -> None:
        """Compare the files with the manifest; those seen whole are read again only if touched.

        Raises:
            FileNotFoundError: a file is gone (perhaps because a newer state replaced this one).
            IndexDamaged: a file is not as it was written.
        """
        folder = self.generation_folder(manifest)
        for name, seal in manifest.files.items():
            path = folder / name
            status = path.stat()
            seen = (status.st_ino, status.st_size, status.st_mtime_ns)
            if self._trusted.get(str(path)) == seen and status.st_size == seal.size:
                continue
            if status.st_size != seal.size or checksum(path) != seal.checksum:
                raise IndexDamaged(name)
            self._trusted[str(path)] = seen

    def report_damage(self, generation: str) -> None:
        """Tell whoever follows that this generation must be rebuilt."""
        with contextlib.suppress(OSError):
            _replace(self.folder / DAMAGED, generation.encode())

    def new_generation(self) -> Path:
        """An empty folder for a rebuild, out of sight until a manifest names it."""
        folder = self.folder / f"g-{secrets.token_hex(6)}"
        folder.mkdir(parents=True)
        return folder

    def abandon(self, folder: Path) -> None:
        """Remove a generation that could not be finished."""
        shutil.rmtree(folder, ignore_errors=True)

    def publish(self, manifest: Manifest) -> Manifest:
        """Make a state the one in use, then remove what it does not name."""
        manifest = replace(manifest, version=self._version, stamp=secrets.token_hex(8))
        table = asdict(manifest)
        table["files"] = {name: [s.size, s.checksum] for name, s in manifest.files.items()}
        body = json.dumps(table).encode()
        self.folder.mkdir(parents=True, exist_ok=True)
        _replace(self.folder / MANIFEST, b"%d\n%s" % (zlib.crc32(body), body))
        self._sweep(manifest)
        return manifest

    def discard_unpublished(self, manifest: Manifest) -> None:
        """Remove what a writer that was killed left behind, so that none of it is built upon."""
        self._sweep(manifest)

    def _sweep(self, manifest: Manifest) -> None:
        for path in self.folder.iterdir():
            if path.is_dir() and path.name != manifest.generation:
                shutil.rmtree(path, ignore_errors=True)
        for path in self.generation_folder(manifest).iterdir():
            if path.name not in manifest.files and not path.name.endswith("LOCK"):
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)
        self._trusted = {
            name: seen for name, seen in self._trusted.items() if manifest.generation in name
        }

    def _reported_damaged(self) -> str:
        try:
            return (self.folder / DAMAGED).read_text()
        except (OSError, ValueError):
            return ""


def seal(folder: Path, names: Iterable[str], known: dict[str, FileSeal]) -> dict[str, FileSeal]:
    """The seals of files; those of ``known`` are taken over, as files never change once written."""
    return {
        name: known.get(name) or FileSeal((folder / name).stat().st_size, checksum(folder / name))
        for name in names
    }


def checksum(path: Path) -> int:
    value = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            value = zlib.crc32(block, value)
    return value


def _replace(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
