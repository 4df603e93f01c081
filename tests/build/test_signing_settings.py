"""How Windows files are signed: what is wrong with the environment is said by name, before a file is touched."""

from __future__ import annotations

import os

import pytest
import signing_settings
from signing_settings import Way
from tree import BuildError

TSA = "http://timestamp.example"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "one.pem"
    path.write_text("-", encoding="ascii")
    path.chmod(0o600)
    return str(path)


def environment(way, **others):
    return {"KIOSK_SIGN_WITH": way} | {f"KIOSK_SIGN_{name}": value for name, value in others.items()}


def by_file(file, **others):
    return environment("file", **{"CERTIFICATES": file, "KEY": file, "TIMESTAMP": TSA} | others)


def by_token(file, **others):
    key = "pkcs11:token=kiosk;object=signer;type=private"
    return environment("pkcs11", **{"CERTIFICATES": file, "KEY": key, "MODULE": file, "TIMESTAMP": TSA} | others)


def refusal(environ):
    with pytest.raises(BuildError) as caught:
        signing_settings.read(environ)
    return str(caught.value)


@pytest.mark.parametrize("environ", [{}, {"KIOSK_SIGN_WITH": ""}, {"KIOSK_SIGN_WITH": "none"}])
def test_without_a_way_nothing_is_signed(environ):
    assert signing_settings.read(environ) is None


def test_a_key_without_a_way_is_a_slip(file):
    assert "KIOSK_SIGN_KEY: is set, but KIOSK_SIGN_WITH is not" in refusal({"KIOSK_SIGN_KEY": file})


def test_an_unknown_way_is_told_the_known_ones():
    assert "KIOSK_SIGN_WITH: is none of file, pkcs11, command, none" in refusal(environment("pfx"))


def test_a_key_in_a_file(file):
    settings = signing_settings.read(by_file(file))

    assert settings.way is Way.FILE
    assert settings.key == file
    assert settings.timestamps == (TSA,)


def test_a_key_in_a_token(file):
    settings = signing_settings.read(by_token(file, PASSWORD_FILE=file))

    assert settings.way is Way.PKCS11
    assert settings.key.startswith("pkcs11:token=kiosk")


def test_everything_that_is_needed_is_named_at_once():
    text = refusal(environment("pkcs11"))

    for name in ("CERTIFICATES", "KEY", "MODULE", "TIMESTAMP"):
        assert f"KIOSK_SIGN_{name}: " in text


def test_what_has_no_meaning_is_refused_with_what_has(file):
    text = refusal(by_file(file, MODULE=file))

    assert "KIOSK_SIGN_MODULE: has no meaning with KIOSK_SIGN_WITH=file; allowed: KIOSK_SIGN_CA_FILE" in text


def test_no_value_is_ever_in_a_message(file):
    secret = "pkcs11:object=x;pin-value=246813"

    text = refusal(by_token(file, KEY=secret, TIMESTAMP="ftp://246813"))

    assert "246813" not in text
    assert "KIOSK_SIGN_KEY: has a PIN" in text


def test_a_signature_has_a_timestamp(file):
    assert "KIOSK_SIGN_TIMESTAMP: a signature without one ends" in refusal(by_file(file, TIMESTAMP=""))


def test_there_is_one_source_of_timestamps(file, tmp_path):
    assert "not both" in refusal(by_file(file, TSA=str(tmp_path)))


def test_a_time_stamping_service_of_our_own_has_both_halves(file, tmp_path):
    assert "KIOSK_SIGN_TSA: there is no tsa.pem" in refusal(by_file(file, TIMESTAMP="", TSA=str(tmp_path)))


def test_several_time_stamping_services_are_kept_in_order(file):
    settings = signing_settings.read(by_file(file, TIMESTAMP=f"{TSA}/1  {TSA}/2"))

    assert settings.timestamps == (f"{TSA}/1", f"{TSA}/2")


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_a_password_that_others_may_read_is_refused(file, tmp_path, mode):
    password = tmp_path / "password"
    password.write_text("246813\n", encoding="ascii")
    password.chmod(mode)

    assert "KIOSK_SIGN_PASSWORD_FILE: others may read it; chmod 600" in refusal(
        by_file(file, PASSWORD_FILE=str(password))
    )


def test_a_file_that_is_not_there_is_named(file, tmp_path):
    assert "KIOSK_SIGN_KEY: there is no file" in refusal(by_file(file, KEY=str(tmp_path / "none")))


def test_a_command_is_words_and_the_file_is_one_of_them():
    settings = signing_settings.read(environment("command", COMMAND='["signtool", "sign", "/fd", "sha256", "{file}"]'))

    assert settings.command == ("signtool", "sign", "/fd", "sha256", "{file}")


@pytest.mark.parametrize(
    "command",
    [
        "signtool sign {file}",
        '["signtool"]',
        '["{file}"]',
        '["a", "{file}", "{file}"]',
        '["a", 1, "{file}"]',
        '"a"',
        "[",
    ],
)
def test_a_command_that_is_no_list_of_words_is_refused(command):
    assert "KIOSK_SIGN_COMMAND: is no JSON list" in refusal(environment("command", COMMAND=command))


@pytest.mark.parametrize("option", ["/p", "/P", "-kvs", "-pass", "--storepass"])
def test_a_command_with_a_secret_in_it_is_refused(option):
    text = refusal(environment("command", COMMAND=f'["signtool", "{option}", "246813", "{{file}}"]'))

    assert f"{option} would show a secret" in text
    assert "246813" not in text


def test_whom_to_trust_is_a_file_that_is_there(file, tmp_path):
    assert str(signing_settings.ca_file({"KIOSK_SIGN_CA_FILE": file})) == file
    assert signing_settings.ca_file({}) is None
    with pytest.raises(BuildError, match="KIOSK_SIGN_CA_FILE"):
        signing_settings.ca_file({"KIOSK_SIGN_CA_FILE": str(tmp_path / "none")})


def test_a_command_may_say_where_its_secret_is():
    words = '["jsign", "--storepass", "env:AZURE_SIGNING_TOKEN", "{file}"]'

    assert signing_settings.read(environment("command", COMMAND=words)).command[2] == "env:AZURE_SIGNING_TOKEN"
