from __future__ import annotations

import pytest

from kiosk.core.language import FALLBACK_LANGUAGE, check_language
from kiosk.errors import InvalidInput


@pytest.mark.parametrize("tag", [FALLBACK_LANGUAGE, "pt-BR", "zh-Hant", "de-CH-1996"])
def test_a_language_is_a_tag(tag: str):
    assert check_language(tag) == tag


@pytest.mark.parametrize("text", ["", "e", "english please", "en_GB", "en-", "de\n", "../en", "ен"])
def test_another_text_is_refused_by_the_name_of_its_field(text: str):
    with pytest.raises(InvalidInput, match="--language"):
        check_language(text, field="--language")
