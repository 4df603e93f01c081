"""Signing Windows files: command lines, what a report says, and real signatures by a key in a file and by a token."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
from pathlib import Path

import authenticode
import pytest
import signed_bundle
import throwaway_ca
from authenticode import Report, Signer, arguments, inspect, judge
from signing_settings import Settings, Way
from tree import BuildError

from tests.build.time_stamping import serve

GOOD = """\
Message digest algorithm  : SHA256
Current message digest    : 8DDF
Calculated message digest : 8DDF
Signer's certificate:
	------------------
	Signer #0:
		Subject: /O=Enable3/CN=signer
Timestamp Server Signature verification: ok
Signature verification: ok
"""

MSI = GOOD.replace("message digest   ", "DigitalSignature ").replace(
    "Calculated message digest : 8DDF", "Calculated DigitalSignature : 8DDF\nCalculated message digest : 77"
)

TOOLS = ("osslsigncode", "openssl")
TOKEN = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "730951"

needs_tools = pytest.mark.skipif(
    not all(map(shutil.which, TOOLS)), reason=f"needs {' and '.join(TOOLS)} (system-packages.txt, [dist])"
)


def settings(way=Way.FILE, **others):
    return Settings(way=way, **{"certificates": Path("/c.pem"), "key": "/k.pem", "tsa": Path("/t")} | others)


def small_pe():
    """The least that is an executable file of Windows: headers, and one section of nothing."""
    dos = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x40)
    coff = struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, 240, 0x2022)
    sizes = struct.pack("<HBBIIIII", 0x20B, 14, 0, 0x200, 0, 0, 0x1000, 0x1000)
    image = struct.pack("<QIIHHHHHHIIIIHH", 0x180000000, 0x1000, 0x200, 6, 0, 0, 0, 6, 0, 0, 0x2000, 0x200, 0, 2, 0)
    stack = struct.pack("<QQQQII", 0x100000, 0x1000, 0x100000, 0x1000, 0, 16) + bytes(16 * 8)
    section = b".text".ljust(8, b"\0") + struct.pack("<IIIIIIHHI", 0x200, 0x1000, 0x200, 0x200, 0, 0, 0, 0, 0x60000020)
    return (dos + b"PE\0\0" + coff + sizes + image + stack + section).ljust(0x200, b"\0") + bytes(0x200)


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "program.exe"
    path.write_bytes(small_pe())
    return path


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """The variables of a throw-away."""
    return throwaway_ca.throwaway(tmp_path_factory.mktemp("authority") / "ca")


@pytest.fixture
def signing(authority, monkeypatch):
    for name, value in authority.items():
        monkeypatch.setenv(name, value)
    return authority


# ── what is asked for ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_signature_is_by_sha256_and_has_a_name_and_a_timestamp():
    words = arguments(settings(), Path("/a.exe"), Path("/b.exe"), password=False)

    assert words[:2] == ["osslsigncode", "sign"]
    assert words[words.index("-h") :][:2] == ["-h", "sha256"]
    assert words[words.index("-n") :][:2] == ["-n", "Enable3 Kiosk"]
    assert "-TSA-key" in words
    assert words[-4:] == ["-in", "/a.exe", "-out", "/b.exe"]


def test_a_password_is_read_and_never_a_word():
    words = arguments(settings(password_file=Path("/p")), Path("a"), Path("b"), password=True)

    assert words[words.index("-readpass") :][:2] == ["-readpass", "-"]
    assert "/p" not in words


def test_each_time_stamping_service_is_named():
    words = arguments(settings(tsa=None, timestamps=("http://1", "http://2")), Path("a"), Path("b"), password=False)

    assert [words[at + 1] for at, word in enumerate(words) if word == "-ts"] == ["http://1", "http://2"]


def test_a_token_is_named_by_its_module():
    words = arguments(settings(Way.PKCS11, module=Path("/m.so"), key="pkcs11:x"), Path("a"), Path("b"), password=True)

    assert words[words.index("-pkcs11module") :][:2] == ["-pkcs11module", "/m.so"]
    assert words[words.index("-key") :][:2] == ["-key", "pkcs11:x"]


def test_an_msi_is_signed_with_what_is_known_of_its_streams():
    assert "-add-msi-dse" in arguments(settings(), Path("a.msi"), Path("b"), password=False)
    assert "-add-msi-dse" not in arguments(settings(), Path("a.exe"), Path("b"), password=False)


def test_a_command_gets_the_file_where_its_word_is():
    command = ("signtool", "sign", "{file}", "/v")

    assert authenticode.command_for(Settings(way=Way.COMMAND, command=command), Path("/a b")) == [
        "signtool",
        "sign",
        "/a b",
        "/v",
    ]


# ── what is said of a signature ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", [GOOD, MSI])
def test_a_good_report(text):
    assert judge(text) == Report(digest=True, chain=True, timestamp=True, subject="/O=Enable3/CN=signer")


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("Current message digest    : 8DDF", "Current message digest    : 8DDE", "not the file that was signed"),
        (": SHA256", ": SHA1", "no signature by SHA-256"),
        ("Calculated message digest : 8DDF", "Calculated message digest : 8DDF    MISMATCH!!!", "not the file"),
        ("\nSignature verification: ok", "\nSignature verification: failed", "its signer is not trusted"),
        ("Timestamp Server Signature verification: ok", "Timestamp is not available", "no timestamp"),
    ],
)
def test_a_report_with_anything_wrong_is_not_good(old, new, wrong):
    report = judge(GOOD.replace(old, new))

    assert not report.good
    assert wrong in report.complaints()


@pytest.mark.parametrize("text", ["", "No signature found\nFailed\n"])
def test_no_signature_is_not_a_good_one(text):
    assert not judge(text).digest


def test_makers_signatures_stay_and_others_do_not():
    def of(subject, *, digest=True):
        return Report(digest=digest, chain=False, timestamp=True, subject=subject)

    assert signed_bundle.is_kept(of("/C=US/O=Microsoft Corporation/CN=Microsoft Corporation"))
    assert not signed_bundle.is_kept(of("/C=US/O=Microsoft Corporation/CN=x", digest=False))
    assert not signed_bundle.is_kept(of("/O=Not O=Microsoft Corporation/CN=x"))


# ── real signatures ─────────────────────────────────────────────────────────────────────────────────────────────────


@needs_tools
def test_what_is_signed_verifies_until_one_byte_is_another(program, signing, capsys):
    assert authenticode.main(["sign", str(program)]) == 0
    assert authenticode.main(["verify", str(program)]) == 0

    data = bytearray(program.read_bytes())
    data[0x280] ^= 1
    program.write_bytes(data)

    assert authenticode.main(["verify", str(program)]) == 1
    assert "not the file that was signed" in capsys.readouterr().err


@needs_tools
def test_a_signer_whom_nobody_trusts_signs_nothing(program, signing, monkeypatch):
    monkeypatch.delenv("KIOSK_SIGN_CA_FILE")
    before = program.read_bytes()

    with pytest.raises(BuildError, match="its signer is not trusted"):
        authenticode.from_environment().sign(program)
    assert program.read_bytes() == before


@needs_tools
def test_a_bundle_is_copied_and_signed_in_order_and_stays_as_it_was(tmp_path, signing):
    bundle = tmp_path / "kiosk"
    (bundle / "_internal").mkdir(parents=True)
    for name in ("kiosk.exe", "_internal/b.pyd", "_internal/a.dll"):
        (bundle / name).write_bytes(small_pe())
    (bundle / "_internal" / "text").write_bytes(b"MZ, but no program")

    signed = signed_bundle.make(bundle, tmp_path / "signed", authenticode.from_environment())

    assert list(signed.items()) == [("_internal/a.dll", "us"), ("_internal/b.pyd", "us"), ("kiosk.exe", "us")]
    assert inspect(tmp_path / "signed" / "kiosk.exe").good
    assert (bundle / "kiosk.exe").read_bytes() == small_pe()


@needs_tools
def test_a_timestamp_comes_from_a_service_and_from_the_next_if_the_first_is_down(
    program, signing, tmp_path, monkeypatch
):
    monkeypatch.delenv("KIOSK_SIGN_TSA")
    with serve(Path(signing["KIOSK_SIGN_TSA"]), tmp_path) as address:
        monkeypatch.setenv("KIOSK_SIGN_TIMESTAMP", f"http://127.0.0.1:9/ {address}")
        authenticode.from_environment().sign(program)

    assert inspect(program).good
    assert (tmp_path / "reply").is_file()


@needs_tools
def test_without_a_timestamp_nothing_is_signed(program, signing, monkeypatch):
    monkeypatch.delenv("KIOSK_SIGN_TSA")
    monkeypatch.setenv("KIOSK_SIGN_TIMESTAMP", "http://127.0.0.1:9/")

    with pytest.raises(BuildError, match=r"signing program\.exe"):
        authenticode.from_environment().sign(program)
    assert program.read_bytes() == small_pe()


def softhsm(folder, key):
    """Put a key into a token of SoftHSM, and return its environment."""
    (folder / "tokens").mkdir()
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n")
    environment = {"SOFTHSM2_CONF": str(configuration)}
    token = ["softhsm2-util", "--init-token", "--free", "--label", "kiosk", "--so-pin", "123456", "--pin", PIN]
    imported = ["softhsm2-util", "--import", key, "--token", "kiosk", "--label", "signer", "--id", "01", "--pin", PIN]
    for command in (token, imported):
        subprocess.run(command, check=True, capture_output=True, env=os.environ | environment)
    return environment


@needs_tools
@pytest.mark.skipif(not TOKEN.is_file(), reason="needs softhsm2 (system-packages.txt, [dist])")
def test_a_key_in_a_token_signs_and_its_pin_is_on_no_command_line(program, authority, tmp_path, monkeypatch):
    for name, value in softhsm(tmp_path, authority["KIOSK_SIGN_KEY"]).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("KIOSK_SIGN_CA_FILE", authority["KIOSK_SIGN_CA_FILE"])
    pin = tmp_path / "pin"
    pin.write_text(f"{PIN}\n", encoding="ascii")
    asked = []
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda command, **others: asked.append(command) or run(command, **others))

    Signer(
        Settings(
            way=Way.PKCS11,
            certificates=Path(authority["KIOSK_SIGN_CERTIFICATES"]),
            key="pkcs11:token=kiosk;object=signer;type=private",
            module=TOKEN,
            password_file=pin,
            tsa=Path(authority["KIOSK_SIGN_TSA"]),
        )
    ).sign(program)

    assert inspect(program).good
    assert [command for command in asked if any(PIN in word for word in command)] == []


@needs_tools
def test_a_command_of_the_operators_signs_in_place_and_is_verified(program, authority, tmp_path, monkeypatch):
    monkeypatch.setenv("KIOSK_SIGN_CA_FILE", authority["KIOSK_SIGN_CA_FILE"])
    words = ["sh", "-c", 'osslsigncode sign -certs "$1" -key "$2" -h sha256 -in "$3" -out "$3.new" && mv "$3.new" "$3"']
    words += ["signer", authority["KIOSK_SIGN_CERTIFICATES"], authority["KIOSK_SIGN_KEY"], "{file}"]

    with pytest.raises(BuildError, match="it has no timestamp"):
        Signer(Settings(way=Way.COMMAND, command=tuple(words))).sign(program)
    assert program.read_bytes() == small_pe()


def test_without_a_terminal_and_a_file_nobody_can_be_asked_for_the_pin(program, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: False, raising=False)

    with pytest.raises(BuildError, match="set KIOSK_SIGN_PASSWORD_FILE"):
        Signer(settings(Way.PKCS11, module=TOKEN)).sign(program)
