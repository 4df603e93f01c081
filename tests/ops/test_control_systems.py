"""The parts of the control channel that differ by system, as far as they can be tried on any."""

from __future__ import annotations

import struct
import sys

import pytest

from kiosk.ops.control_pipe import is_address, new_address
from kiosk.ops.windows_account import descriptor_for

if sys.platform == "win32":
    pytest.skip("sockets of POSIX", allow_module_level=True)

from kiosk.ops.control_socket import parse_peer

SID = "S-1-5-21-3623811015-3361044348-30300820-1013"


def test_a_pipes_name_is_random_and_on_this_machine():
    one, other = new_address(), new_address()

    assert one != other
    assert one.startswith("\\\\.\\pipe\\enable3-kiosk-")
    assert is_address(one)
    assert len(one) <= 256  # the limit of CreateNamedPipe


@pytest.mark.parametrize(
    "text",
    [
        "",
        "enable3-kiosk-" + "0" * 32,
        "\\\\server\\pipe\\enable3-kiosk-" + "0" * 32,
        "\\\\.\\pipe\\other-" + "0" * 32,
        "\\\\.\\pipe\\enable3-kiosk-" + "0" * 31,
        "\\\\.\\pipe\\enable3-kiosk-" + "0" * 32 + "\n",
        "\\\\.\\pipe\\enable3-kiosk-..\\" + "0" * 29,
    ],
)
def test_another_pipe_is_not_taken_for_ours(text):
    assert not is_address(text)


def test_only_the_account_itself_may_do_anything_with_its_pipe():
    assert descriptor_for(SID) == f"O:{SID}D:P(A;;GA;;;{SID})"


@pytest.mark.parametrize("sid", ["", "WD", "S-1-5-32)(A;;GA;;;WD", "S-1-", f"{SID}\n", "s-1-5-18", "S-1-5-٣"])
def test_what_is_no_sid_gets_into_no_descriptor(sid):
    with pytest.raises(ValueError, match="SID"):
        descriptor_for(sid)


def test_the_peers_account_is_read_as_each_system_has_it():
    assert parse_peer(struct.pack("=iII", 4711, 501, 20), "linux") == 501
    # xucred: version, uid, ngroups (a short, then two bytes of padding), 16 groups: 76 bytes
    assert parse_peer(struct.pack("=IIhxx16I", 0, 501, 1, 20, *[0] * 15), "darwin") == 501


@pytest.mark.parametrize(
    ("credentials", "system"),
    [(b"", "linux"), (b"", "darwin"), (bytes(11), "linux"), (struct.pack("=IIhxx16I", 9, 501, *[0] * 17), "darwin")],
)
def test_credentials_of_another_form_are_no_account(credentials, system):
    with pytest.raises(OSError, match="unknown form"):
        parse_peer(credentials, system)
