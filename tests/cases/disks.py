"""Disks to fill, to write-protect and to cut the power of."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest


def mounted(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"mounting needs more rights than these tests have: {done.stderr.strip()}")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mounted(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)])
    yield place
    subprocess.run(["umount", "-l", str(place)], check=False)


def fill(place: Path) -> Path:
    """Use up a disk to its last byte."""
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 10, 1):
            with suppress(OSError):
                while True:
                    file.write(b"\xaa" * size)
    assert shutil.disk_usage(place).free == 0
    return filler


class PowerCut:
    """An ext4 disk in a file; ``cut`` gives what would be on it if the power failed right now."""

    def __init__(self, folder: Path) -> None:
        self.cuts = 0
        self.image, self.place, self.after = folder / "disk.img", folder / "disk", folder / "after"
        for place in (self.place, self.after):
            place.mkdir()
        with self.image.open("wb") as file:
            file.truncate(24 << 20)
        mounted(["mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0", str(self.image)])
        mounted(["mount", "-o", "loop", str(self.image), str(self.place)])

    def cut(self) -> Path:
        self.cuts += 1
        copy = self.image.with_name(f"copy{self.cuts}.img")
        subprocess.run(["cp", "--sparse=always", str(self.image), str(copy)], check=True)
        if self.cuts > 1:
            subprocess.run(["umount", str(self.after)], check=True)
        subprocess.run(["mount", "-o", "loop", str(copy), str(self.after)], check=True)
        return self.after

    def close(self) -> None:
        for place in (self.after, self.place):
            subprocess.run(["umount", "-q", "-l", str(place)], check=False)


@pytest.fixture
def power(tmp_path: Path) -> Iterator[PowerCut]:
    cut = PowerCut(tmp_path)
    yield cut
    cut.close()
