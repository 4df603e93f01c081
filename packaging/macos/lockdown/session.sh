#!/bin/bash
# The session of the terminal's account on a Mac: the settings that no configuration profile has, then the kiosk. launchd
# starts it at every login and again when the kiosk ends. Installed as /usr/local/libexec/enable3-kiosk-session.
# macOS has bash 3.2.
set -u

readonly user='@USER@'
readonly kiosk='@KIOSK@'

[ "$(id -un)" = "$user" ] || exit 0

# System-wide shortcuts, by their numbers in com.apple.symbolichotkeys: keyboard focus (7-13, 27, 57), accessibility zoom
# and colours (15-26), pictures of the screen (28-31, 184), Mission Control and its like (32-37, 79-82, 118-121), the Dock
# (52), VoiceOver (59), input sources (60, 61), Dashboard (62, 63), Spotlight (64, 65), the Help menu (98), Launchpad
# (160), accessibility options (162), Notification Centre (163), Do Not Disturb (175), Quick Note (190), Stage Manager (222)
shortcuts='7 8 9 10 11 12 13 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 52 57 59 60 61 62 63 64
65 79 80 81 82 98 118 119 120 121 160 162 163 175 184 190 222'
for number in $shortcuts; do
    defaults write com.apple.symbolichotkeys AppleSymbolicHotKeys -dict-add "$number" '<dict><key>enabled</key><false/></dict>'
done

# Gestures of a trackpad, wired and wireless: Mission Control, spaces, Launchpad, the desktop, notifications, look-up, zoom
for domain in com.apple.AppleMultitouchTrackpad com.apple.driver.AppleBluetoothMultitouch.trackpad; do
    for gesture in TrackpadThreeFingerHorizSwipeGesture TrackpadThreeFingerVertSwipeGesture TrackpadThreeFingerTapGesture \
        TrackpadFourFingerHorizSwipeGesture TrackpadFourFingerVertSwipeGesture TrackpadFourFingerPinchGesture \
        TrackpadFiveFingerPinchGesture TrackpadTwoFingerFromRightEdgeSwipeGesture TrackpadTwoFingerDoubleTapGesture \
        TrackpadPinch TrackpadRotate; do
        defaults write "$domain" "$gesture" -int 0
    done
done
defaults write NSGlobalDomain AppleEnableSwipeNavigateWithScrolls -bool false
for gesture in showMissionControlGestureEnabled showAppExposeGestureEnabled showDesktopGestureEnabled \
    showLaunchpadGestureEnabled; do
    defaults write com.apple.dock "$gesture" -bool false
done

# Corners of the screen: 1 is nothing
for corner in tl tr bl br; do
    defaults write com.apple.dock "wvous-$corner-corner" -int 1
    defaults write com.apple.dock "wvous-$corner-modifier" -int 0
done

# Windows that move aside for a click or a drag
defaults write com.apple.WindowManager GloballyEnabled -bool false
defaults write com.apple.WindowManager EnableStandardClickToShowDesktop -bool false
defaults write com.apple.WindowManager EnableTilingByEdgeDrag -bool false

# The globe key, and dictation by a key pressed twice
defaults write com.apple.HIToolbox AppleFnUsageType -int 0
defaults write com.apple.HIToolbox AppleDictationAutoEnable -int 0

# No window of the system about a program that crashed, a camera or a disk that was plugged in
defaults write com.apple.CrashReporter DialogType none
defaults -currentHost write com.apple.ImageCapture disableHotPlug -bool true
defaults write com.apple.finder CreateDesktop -bool false

# No screen saver: for a profile this is a matter of the account, and an account's profiles come by MDM alone
defaults -currentHost write com.apple.screensaver idleTime -int 0

# Nothing comes back from the last session
defaults write com.apple.loginwindow TALLogoutSavesState -bool false
defaults write NSGlobalDomain NSQuitAlwaysKeepsWindows -bool false

killall Dock Finder 2>/dev/null
activate=/System/Library/PrivateFrameworks/SystemAdministration.framework/Resources/activateSettings
[ ! -x "$activate" ] || "$activate" -u

"$kiosk" run
status=$?
# launchd starts this again unless it ends well: that is the operator's Exit in the panel (23), and nothing else.
case $status in
23) exit 0 ;;
0) exit 1 ;;
*) exit "$status" ;;
esac
