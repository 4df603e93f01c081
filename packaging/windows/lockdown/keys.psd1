# What the Keyboard Filter blocks. Names: "Predefined key combinations", learn.microsoft.com. Shift, Ctrl, Alt and the
# arrows alone are left: people type with them. Vectors 1 to 30 of docs/breakouts.md.
@{
    Predefined = @(
        'Ctrl+Alt+Del', 'Shift+Ctrl+Esc', 'Win+L'
        'Alt+F4', 'Ctrl+F4', 'Alt+Tab', 'Ctrl+Tab', 'Alt+Space', 'Ctrl+Esc'
        'Windows', 'Application'
        'LShift+LAlt+PrintScrn', 'LShift+LAlt+NumLock', 'Win+U', 'Win+F1'
        'Ctrl+Win+F', 'Win+Break', 'Win+E', 'Win+F', 'Win+P', 'Win+R', 'Win+Tab', 'Win+D', 'Win+M', 'Win+Home', 'Win+T'
        'Win+B', 'Win+-', 'Win++', 'Win+Esc', 'Win+Up', 'Win+Down', 'Win+Left', 'Win+Right', 'Win+Shift+Up'
        'Win+Shift+Down', 'Win+Shift+Left', 'Win+Shift+Right', 'Win+Space', 'Win+O', 'Win+PageUp', 'Win+PageDown'
        'Win+.', 'Win+C', 'Win+I', 'Win+K', 'Win+H', 'Win+Q', 'Win+W', 'Win+Z', 'Win+/', 'Win+J', 'Win+,', 'Win+V'
        'LaunchMail', 'LaunchMediaSelect', 'LaunchApp1', 'LaunchApp2'
        'BrowserBack', 'BrowserForward', 'BrowserRefresh', 'BrowserStop', 'BrowserSearch', 'BrowserFavorites', 'BrowserHome'
        'AltWin', 'CtrlWin', 'ShiftWin', 'F21'
    )
    # Of their own: what the list above does not have.
    Custom = @(
        'Alt+Esc', 'Shift+F10', 'Win+X', 'Win+A', 'Win+N', 'Win+G', 'Win+S', 'Ctrl+Win+Enter', 'Ctrl+Win+C', 'PrintScrn'
    )
}
