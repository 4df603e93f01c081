"""The API key as it comes in."""

from __future__ import annotations

import os
import sys
from io import BytesIO

import pytest

from kiosk.api_key import MAX_FILE, MAX_LENGTH, parse_api_key, read_key_file
from kiosk.errors import ConfigError, InvalidInput

NOTHING = BytesIO()


@pytest.mark.parametrize("text", ["key", "key\n", "key\r\n"])
def test_one_line_end_is_dropped(text):
    assert parse_api_key(text).reveal() == "key"


@pytest.mark.parametrize(
    "text",
    ["", "\n", "key\n\n", " lead", "ke y", "k\tey", "k\x00ey", "k\x7fey", "kéy", "key\u2028", "k" * (MAX_LENGTH + 1)],
)
def test_what_cannot_be_a_key_is_refused_and_not_repeated(text):
    with pytest.raises(InvalidInput) as caught:
        parse_api_key(text)
    assert len(text) < 2 or text not in caught.value.message + caught.value.hint
    assert str(MAX_LENGTH) in caught.value.hint


def key_file(folder, content: bytes, mode: int = 0o600) -> str:
    path = folder / "key"
    path.write_bytes(content)
    path.chmod(mode)
    return str(path)


@pytest.mark.parametrize("content", [b"key", b"key\n", b"key\r\n", b"\xef\xbb\xbfkey\r\n"])
def test_a_key_is_read_from_a_file(tmp_path, content):
    assert read_key_file(key_file(tmp_path, content), NOTHING).reveal() == "key"


def test_a_dash_means_standard_input():
    assert read_key_file("-", BytesIO(b"key\n")).reveal() == "key"


def test_a_pipe_is_read_like_a_file():
    """`--api-key-file <(pass show enable3)`."""
    if not os.path.isdir("/dev/fd"):  # noqa: PTH112 - no path of a test's own
        pytest.skip("this system has no /dev/fd")
    reader, writer = os.pipe()
    os.write(writer, b"key\n")
    os.close(writer)
    try:
        assert read_key_file(f"/dev/fd/{reader}", NOTHING).reveal() == "key"
    finally:
        os.close(reader)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o620])
def test_a_file_that_others_may_read_is_refused(tmp_path, mode):
    with pytest.raises(ConfigError) as caught:
        read_key_file(key_file(tmp_path, b"key", mode), NOTHING)
    assert "chmod 600" in caught.value.hint


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_a_file_that_only_its_owner_may_read_is_taken(tmp_path):
    assert read_key_file(key_file(tmp_path, b"key", 0o400), NOTHING).reveal() == "key"


@pytest.mark.parametrize("path", ["sk-live-typed-where-the-path-goes", "nul\x00byte", ".", ""])
def test_what_cannot_be_read_names_the_option_and_not_the_path(path):
    """People put the key itself where the path goes."""
    with pytest.raises(InvalidInput) as caught:
        read_key_file(path, NOTHING)
    assert "--api-key-file" in str(caught.value)
    assert len(path) < 2 or path not in str(caught.value) + caught.value.hint


@pytest.mark.parametrize("path", ["-", "file"])
def test_a_file_that_is_too_large_is_refused_without_reading_it_all(tmp_path, path):
    stream = BytesIO(b"k" * (10 * MAX_FILE))
    with pytest.raises(InvalidInput, match=str(MAX_FILE)):
        read_key_file(path if path == "-" else key_file(tmp_path, stream.getvalue()), stream)
    assert stream.tell() <= MAX_FILE + 1


@pytest.mark.parametrize("content", [b"", b"\xff\xfek\x00e\x00y\x00", b"two lines\nof text\n", b"\x00"])
def test_a_file_without_a_key_is_refused(tmp_path, content):
    with pytest.raises(InvalidInput, match="API key"):
        read_key_file(key_file(tmp_path, content), NOTHING)
