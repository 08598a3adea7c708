"""The key that signs sessions."""

from __future__ import annotations

import stat
import threading

import pytest

from wiki.errors import SettingInvalid
from wiki.services.secret_key import secret_key


def test_b007_a_key_is_made_once_for_its_owner_only(tmp_path):
    made: list[str] = []
    threads = [
        threading.Thread(target=lambda: made.append(secret_key(tmp_path / "instance")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 1
    assert len(made) == 8
    assert [path.name for path in (tmp_path / "instance").iterdir()] == ["secret-key"]
    assert stat.S_IMODE((tmp_path / "instance/secret-key").stat().st_mode) == 0o600


@pytest.mark.parametrize("key", ["", "secret", "changeme" * 8, "0" * 64])
def test_w031_a_weak_key_is_refused(tmp_path, key):
    path = tmp_path / "secret-key"
    path.write_text(key)
    path.chmod(0o600)
    with pytest.raises(SettingInvalid, match="too weak"):
        secret_key(tmp_path)


def test_r038_a_key_that_others_can_read_is_refused(tmp_path):
    secret_key(tmp_path)
    (tmp_path / "secret-key").chmod(0o644)
    with pytest.raises(SettingInvalid, match="chmod 600"):
        secret_key(tmp_path)


def test_a_key_that_cannot_be_made_is_explained(tmp_path):
    (tmp_path / "instance").write_text("a file in the way")
    with pytest.raises(SettingInvalid, match="secret key"):
        secret_key(tmp_path / "instance")
