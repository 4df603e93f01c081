"""What a shell gets to know of this process's environment."""

from __future__ import annotations

import pytest

from kiosk.shell.environment import environment_proxy, search_path


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_the_usual_variables_name_the_proxy_of_pages(monkeypatch, name):
    monkeypatch.setenv(name, "http://proxy.example:3128")

    assert environment_proxy() == "http://proxy.example:3128"


@pytest.mark.parametrize("value", ["", "socks5://proxy.example:1080", "proxy.example:3128"])
def test_what_the_engine_cannot_use_is_none(monkeypatch, value):
    monkeypatch.setenv("HTTPS_PROXY", value)

    assert environment_proxy() == ""


def test_plain_http_has_its_own_variable_and_pages_do_not_use_it(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")

    assert environment_proxy() == ""


def test_windows_looks_for_programs_in_its_own_folders_alone():
    assert search_path(r"D:\Windows") == r"D:\Windows\System32;D:\Windows"
    assert search_path("") == r"C:\Windows\System32;C:\Windows"
