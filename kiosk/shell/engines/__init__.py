"""One adapter per engine, all of the same methods in the same order.

What they share knows no toolkit: `native` is what each does in its own way, `base` what all do alike, on `permits`
(what the visit's page may), `showing`, `dialogs`, `heartbeat`, `input` (what people do), `reader` (which keys are a
reader's of codes), `scripts` and `key_strip` (the keyboard on the screen). `choice` makes the one that is configured,
`switches` sets pywebview's switches, `chromium` has those of the two engines that are one, `authorities` says what is
wrong with `ca_file`.

The adapters are `qtwebengine`, `webkitgtk`, `webview2` and `wkwebview`, each with parts of its own prefix (qt_, gtk_,
wv2_, wk_) and of the same names, as far as its engine has such a part:

    _visit, _own, _page     the visit's page, a pane's page of ours, and what both are: every question is answered there
    _settings, _requests    every switch; what the page may load (wk_rules)
    _people, _scanner       what people do at the window, and what a reader types
    _keyboard, _keys        the keyboard on the screen; the toolkit's names of keys, translated
    _stage, _window         what lies over what, and where the window is
    _script, _trust         scripts in a world of our own (wv2_devtools); the operator's authorities (nss)
"""
