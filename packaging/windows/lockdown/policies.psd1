# What the registry has to say, for the machine and for the terminal's account. Install-Lockdown.ps1 sets each of them
# and remembers what was there. Names: the "Group policy mapping" of each policy's page at learn.microsoft.com, or the
# page that is named. Vectors: docs/breakouts.md.
@{
    Machine = @(
        # Swipes from the edges: notifications, task view, widgets (68).
        @{ Key = 'SOFTWARE\Policies\Microsoft\Windows\EdgeUI'; Name = 'AllowEdgeSwipe'; Value = 0 }
        # "Switch user" on the security screen and the sign-in screen (1).
        @{ Key = 'SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System'; Name = 'HideFastUserSwitching'; Value = 1 }
        # "Shut down" on the sign-in screen (129). Security option "Shutdown: Allow system to be shut down without ...".
        @{ Key = 'SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System'; Name = 'shutdownwithoutlogon'; Value = 0 }
        # Networks on the sign-in and security screens (1, 90).
        @{ Key = 'SOFTWARE\Policies\Microsoft\Windows\System'; Name = 'DontDisplayNetworkSelectionUI'; Value = 1 }
        # Notifications on the lock screen (78).
        @{ Key = 'SOFTWARE\Policies\Microsoft\Windows\System'; Name = 'DisableLockScreenAppNotifications'; Value = 1 }
        # Win+V, and the clipboard in the cloud: what one visitor copied is not there for the next (15; privacy 16).
        @{ Key = 'SOFTWARE\Policies\Microsoft\Windows\System'; Name = 'AllowClipboardHistory'; Value = 0 }
        @{ Key = 'SOFTWARE\Policies\Microsoft\Windows\System'; Name = 'AllowCrossDeviceClipboard'; Value = 0 }
        # Win+G: the Game Bar (15).
        @{ Key = 'SOFTWARE\Policies\Microsoft\Windows\GameDVR'; Name = 'AllowGameDVR'; Value = 0 }
        # "The program stopped working", with its links (98).
        @{ Key = 'SOFTWARE\Policies\Microsoft\Windows\Windows Error Reporting'; Name = 'DontShowUI'; Value = 1 }
        # What is plugged in opens nothing, and is no disk (103, 126). 255: every kind of drive.
        @{ Key = 'SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\Explorer'; Name = 'NoDriveTypeAutoRun'; Value = 255 }
        @{ Key = 'SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\Explorer'; Name = 'NoAutorun'; Value = 1 }
        @{ Key = 'SOFTWARE\Policies\Microsoft\Windows\Explorer'; Name = 'NoAutoplayfornonVolume'; Value = 1 }
        @{ Key = 'SOFTWARE\Policies\Microsoft\Windows\RemovableStorageDevices'; Name = 'Deny_All'; Value = 1 }
        # Windows Update says nothing, and restarts outside the opening hours (103, 124). 2: not even the restart.
        @{ Key = 'SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate'; Name = 'SetUpdateNotificationLevel'; Value = 1 }
        @{ Key = 'SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate'; Name = 'UpdateNotificationLevel'; Value = 2 }
        @{ Key = 'SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate'; Name = 'SetAutoRestartNotificationDisable'; Value = 1 }
        @{ Key = 'SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate'; Name = 'SetActiveHours'; Value = 1 }
        @{ Key = 'SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate'; Name = 'ActiveHoursStart'; Value = 7 }
        @{ Key = 'SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate'; Name = 'ActiveHoursEnd'; Value = 23 }
        # Edge, should anything open it, has no debugging port (135). For WebView2 the kiosk itself sees to that.
        @{ Key = 'SOFTWARE\Policies\Microsoft\Edge'; Name = 'RemoteDebuggingAllowed'; Value = 0 }
    )
    Account = @(
        # Ctrl+Alt+Del: no task manager, lock, change of password, sign out (1, 9, 17).
        @{ Key = 'Software\Microsoft\Windows\CurrentVersion\Policies\System'; Name = 'DisableTaskMgr'; Value = 1 }
        @{ Key = 'Software\Microsoft\Windows\CurrentVersion\Policies\System'; Name = 'DisableLockWorkstation'; Value = 1 }
        @{ Key = 'Software\Microsoft\Windows\CurrentVersion\Policies\System'; Name = 'DisableChangePassword'; Value = 1 }
        @{ Key = 'Software\Microsoft\Windows\CurrentVersion\Policies\Explorer'; Name = 'NoLogoff'; Value = 1 }
        # Notifications, and where they are kept (78, 103, 117).
        @{ Key = 'Software\Policies\Microsoft\Windows\CurrentVersion\PushNotifications'; Name = 'NoToastApplicationNotification'; Value = 1 }
        @{ Key = 'Software\Policies\Microsoft\Windows\Explorer'; Name = 'DisableNotificationCenter'; Value = 1 }
        # The keys of Sticky Keys, Filter Keys, Toggle Keys, Mouse Keys and High Contrast: their dialogs lead to the
        # Control Panel (18 to 22). Each is Windows' own value without the bit 4, HOTKEYACTIVE in winuser.h.
        @{ Key = 'Control Panel\Accessibility\StickyKeys'; Name = 'Flags'; Value = '506' }
        @{ Key = 'Control Panel\Accessibility\Keyboard Response'; Name = 'Flags'; Value = '122' }
        @{ Key = 'Control Panel\Accessibility\ToggleKeys'; Name = 'Flags'; Value = '58' }
        @{ Key = 'Control Panel\Accessibility\MouseKeys'; Name = 'Flags'; Value = '58' }
        @{ Key = 'Control Panel\Accessibility\HighContrast'; Name = 'Flags'; Value = '122' }
        # No screen saver, which may ask for a password.
        @{ Key = 'Software\Policies\Microsoft\Windows\Control Panel\Desktop'; Name = 'ScreenSaveActive'; Value = '0' }
    )
}
