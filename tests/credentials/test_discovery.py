"""Nothing but the code chooses the backend: keyring's variables, its configuration file and plug-ins are traps here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.credentials.conftest import PASSWORD, python

pytestmark = pytest.mark.keyring

STORE = "from tests.credentials.test_secret_service import store, KEY\n"
DISCOVERY = """
import contextlib, keyring, keyring.backend
with contextlib.suppress(TypeError):  # a trap is no backend
    keyring.get_keyring()
keyring.backend.get_all_keyring()
"""


@pytest.fixture
def sprung(tmp_path):
    """The file in which a trap that was loaded writes its name."""
    return tmp_path / "sprung"


@pytest.fixture
def hostile(desktop, tmp_path, sprung) -> dict[str, str]:
    """Traps of every kind, and the variables that lead to them."""
    shadows, plug_in = tmp_path / "shadows", tmp_path / "plug-in"
    information = plug_in / "plugged-1.dist-info"
    configuration = Path(desktop.environment["HOME"], ".config", "python_keyring")
    for folder in (shadows, information, configuration):
        folder.mkdir(parents=True)
    trap = f"open({str(sprung)!r}, 'a').write(__name__ + ' ')\nclass Keyring: priority = 99\n"
    for file in (shadows / "trap.py", shadows / "secretstorage.py", plug_in / "plugged.py"):
        file.write_text(trap)
    (information / "METADATA").write_text("Name: plugged\nVersion: 1\n")
    (information / "entry_points.txt").write_text("[keyring.backends]\nplugged = plugged\n")
    rules = f"[backend]\ndefault-keyring=trap.Keyring\nkeyring-path={shadows}\n"
    (configuration / "keyringrc.cfg").write_text(rules)
    return {"PYTHONPATH": str(plug_in)}


def test_no_variable_file_or_plug_in_puts_another_backend_in_its_place(desktop, hostile, sprung):
    """The key goes to the default keyring of the Secret Service, where a session without the variables finds it."""
    variables = {
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "KEYRING_PROPERTY_PREFERRED_COLLECTION": "/org/freedesktop/secrets/collection/session",
        "KEYRING_PROPERTY_SCHEME": "KeePassXC",
        "KEYRING_PROPERTY_GET_PASSWORD": "not to be called",
    }
    with desktop.session() as session, desktop.keyring(session, password=PASSWORD):
        python(f"{STORE}store().write(KEY)", session | hostile | variables)
        assert python(f"{STORE}print(store().read() == KEY)", session | hostile) == "True"
    with desktop.session() as session, desktop.keyring(session, password=PASSWORD):
        assert python(f"{STORE}print(store().read() == KEY)", session) == "True"
    assert not sprung.exists()


def test_the_traps_are_live(desktop, hostile, sprung):
    """The control: keyring's own discovery walks into every one of them."""
    python(DISCOVERY, desktop.environment | hostile)
    assert set(sprung.read_text().split()) == {"trap", "secretstorage", "plugged"}
    chosen = "import keyring; print(type(keyring.get_keyring()).__module__)"
    variable = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    assert python(chosen, desktop.environment | variable) == "keyring.backends.null"


def test_the_module_itself_imports_no_keyring(desktop):
    """`kiosk --version` and `kiosk config` do not pay for it."""
    code = "import sys, kiosk.credentials; print({'keyring', 'secretstorage', 'cryptography'} & set(sys.modules))"
    assert python(code, desktop.environment) == "set()"
