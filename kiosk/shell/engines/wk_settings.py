"""Every switch of WKWebView, set explicitly, each with its reason, and read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from kiosk.core.lockdown import Enforcement, LockdownFeature

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kiosk.shell.engines.wk_cocoa import Cocoa, ObjC

_Feature = LockdownFeature
_Row: TypeAlias = tuple[str, str, bool, LockdownFeature | None]

DEFAULTS: Final[Mapping[str, object]] = {
    # developer tools: WebKit reads these, and any account could have written them with `defaults`
    "WebKitDeveloperExtras": False,
    "WebKitDebugDeveloperExtrasEnabled": False,
    "WebKitShowDebugMenu": False,
    # nothing of a window or of what was typed is written to the disk
    "NSQuitAlwaysKeepsWindows": False,
    "ApplePersistenceIgnoreState": True,
    "NSAutoFillHeuristicControllerEnabled": False,
    # nothing that changes, underlines or learns what visitors type
    "NSAutomaticSpellingCorrectionEnabled": False,
    "NSAutomaticTextCompletionEnabled": False,
    "NSAutomaticTextReplacementEnabled": False,
    "WebAutomaticSpellingCorrectionEnabled": False,
    "WebAutomaticTextReplacementEnabled": False,
    "WebAutomaticQuoteSubstitutionEnabled": False,
    "WebAutomaticDashSubstitutionEnabled": False,
    "WebAutomaticLinkDetectionEnabled": False,
    "WebContinuousSpellCheckingEnabled": False,
    "WebGrammarCheckingEnabled": False,
    # no menu of accents over a key that is held, no dictation, no table of symbols, no tabs
    "ApplePressAndHoldEnabled": False,
    "NSDisabledDictationMenuItem": True,
    "NSDisabledCharacterPaletteMenuItem": True,
    "NSFullScreenMenuItemEverywhere": False,
}
"""What the kiosk has instead of the account's preferences: in the argument domain, which comes before all others."""

PREFERENCES: Final = (
    ("setJavaScriptCanOpenWindowsAutomatically:", "javaScriptCanOpenWindowsAutomatically", False, _Feature.NEW_WINDOWS),
    ("setElementFullscreenEnabled:", "isElementFullscreenEnabled", False, _Feature.FULLSCREEN_REQUESTS),
    # Its page is the system's, with ways on, and it asks others about addresses: the allow-list decides here.
    ("setFraudulentWebsiteWarningEnabled:", "isFraudulentWebsiteWarningEnabled", False, _Feature.BUILT_IN_PAGES),
    ("setTabFocusesLinks:", "tabFocusesLinks", True, None),
    ("setTextInteractionEnabled:", "isTextInteractionEnabled", True, None),
    ("setSiteSpecificQuirksModeEnabled:", "isSiteSpecificQuirksModeEnabled", False, None),
)
"""WKPreferences: the setter, its reader, the value, and the feature that depends on it."""

HIDDEN_PREFERENCES: Final = (
    ("_setDeveloperExtrasEnabled:", "_developerExtrasEnabled", False, _Feature.DEVELOPER_TOOLS),
    (
        "_setPDFPluginEnabled:",
        "_pdfPluginEnabled",
        False,
        _Feature.BUILT_IN_PAGES,
    ),  # its buttons save, and open Preview
    ("_setApplePayEnabled:", "_applePayEnabled", False, _Feature.BUILT_IN_PAGES),
    ("_setAllowsPictureInPictureMediaPlayback:", "_allowsPictureInPictureMediaPlayback", False, _Feature.NEW_WINDOWS),
    ("_setServiceControlsEnabled:", "_serviceControlsEnabled", False, _Feature.CONTEXT_MENU),
    ("_setBackspaceKeyNavigationEnabled:", "_backspaceKeyNavigationEnabled", False, _Feature.HISTORY),
    ("_setMediaDevicesEnabled:", "_mediaDevicesEnabled", False, _Feature.PERMISSIONS),
    ("_setScreenCaptureEnabled:", "_screenCaptureEnabled", False, _Feature.PERMISSIONS),
    ("_setSpeechRecognitionEnabled:", "_speechRecognitionEnabled", False, _Feature.PERMISSIONS),
    ("_setDeviceOrientationEventEnabled:", "_deviceOrientationEventEnabled", False, _Feature.PERMISSIONS),
    ("_setRemotePlaybackEnabled:", "_remotePlaybackEnabled", False, _Feature.PERMISSIONS),
    ("_setNotificationsEnabled:", "_notificationsEnabled", False, _Feature.PERMISSIONS),
    ("_setPushAPIEnabled:", "_pushAPIEnabled", False, _Feature.PERMISSIONS),
    ("_setDOMPasteAllowed:", "_domPasteAllowed", False, _Feature.PERMISSIONS),  # the clipboard outlives a visit
    ("_setJavaScriptCanAccessClipboard:", "_javaScriptCanAccessClipboard", False, _Feature.PERMISSIONS),
    (
        "_setExtensibleSSOEnabled:",
        "_isExtensibleSSOEnabled",
        False,
        _Feature.AUTHENTICATION,
    ),  # the account's own sign-in
    # the venue's inner addresses are not for pages
    ("_setICECandidateFilteringEnabled:", "_iceCandidateFilteringEnabled", True, _Feature.PRIVATE_NETWORK),
    (
        "_setEnumeratingAllNetworkInterfacesEnabled:",
        "_enumeratingAllNetworkInterfacesEnabled",
        False,
        _Feature.PRIVATE_NETWORK,
    ),
    ("_setTopNavigationToDataURLsAllowed:", "_topNavigationToDataURLsAllowed", False, _Feature.NAVIGATION),
    ("_setAllowFileAccessFromFileURLs:", "_allowFileAccessFromFileURLs", False, _Feature.NAVIGATION),
    ("_setUniversalAccessFromFileURLsAllowed:", "_universalAccessFromFileURLsAllowed", False, _Feature.NAVIGATION),
    ("_setUsesPageCache:", "_usesPageCache", False, None),  # pages that were left must not stay in memory
    ("_setPrivateClickMeasurementEnabled:", "_privateClickMeasurementEnabled", False, None),
    ("_setDNSPrefetchingEnabled:", "_dnsPrefetchingEnabled", False, None),
    # what pages write to the console may be a token: never into the system's log
    ("_setLogsPageMessagesToSystemConsoleEnabled:", "_logsPageMessagesToSystemConsoleEnabled", False, None),
    ("_setPageVisibilityBasedProcessSuppressionEnabled:", "_pageVisibilityBasedProcessSuppressionEnabled", False, None),
    ("_setHiddenPageDOMTimerThrottlingEnabled:", "_hiddenPageDOMTimerThrottlingEnabled", False, None),
)
"""WKPreferences without a promise (WKPreferencesPrivate.h): a WebKit that lacks one has the door of it shut or none."""

VIEW: Final = (
    ("setAllowsBackForwardNavigationGestures:", "allowsBackForwardNavigationGestures", False, _Feature.HISTORY),
    ("setAllowsMagnification:", "allowsMagnification", False, _Feature.ZOOM),
    ("setAllowsLinkPreview:", "allowsLinkPreview", False, _Feature.CONTEXT_MENU),
    ("setInspectable:", "isInspectable", False, _Feature.DEVELOPER_TOOLS),
)
"""WKWebView, in the same form."""

CONFIGURATION: Final = (
    ("setAllowsAirPlayForMediaPlayback:", "allowsAirPlayForMediaPlayback", False, _Feature.PERMISSIONS),
    ("setUpgradeKnownHostsToHTTPS:", "upgradeKnownHostsToHTTPS", True, None),
    ("setLimitsNavigationsToAppBoundDomains:", "limitsNavigationsToAppBoundDomains", False, None),
    ("setSuppressesIncrementalRendering:", "suppressesIncrementalRendering", False, None),
    ("setAllowsInlinePredictions:", "allowsInlinePredictions", False, None),  # macOS 14
    ("setSupportsAdaptiveImageGlyph:", "supportsAdaptiveImageGlyph", False, None),  # macOS 15
)
"""WKWebViewConfiguration, in the same form."""


class Switches:
    """Sets switches, and knows of each feature whether what it depends on reads as it was set."""

    def __init__(self) -> None:
        """Know of none at first."""
        self.report: dict[LockdownFeature, Enforcement] = {}

    def set(self, target: ObjC, table: Iterable[_Row], *, optional: bool = False) -> None:
        """Set what `table` says on `target`, where this macOS has it, and read it back.

        What it does not have counts as UNSUPPORTED, unless all of the table is `optional`.
        """
        for setter, reader, value, feature in table:
            if not (target.respondsToSelector_(setter) and target.respondsToSelector_(reader)):
                self._note(feature, Enforcement.ENFORCED if optional else Enforcement.UNSUPPORTED)
                continue
            getattr(target, setter.replace(":", "_"))(value)
            held = bool(getattr(target, reader)()) is value
            self._note(feature, Enforcement.ENFORCED if held else Enforcement.FAILED)

    def require(self, feature: LockdownFeature, *, held: bool) -> None:
        """Take note of something else that `feature` depends on."""
        self._note(feature, Enforcement.ENFORCED if held else Enforcement.FAILED)

    def _note(self, feature: LockdownFeature | None, held: Enforcement) -> None:
        """Keep the worst answer of each feature."""
        if feature is not None:
            answers = (self.report.get(feature, Enforcement.ENFORCED), held)
            self.report[feature] = max(answers, key=_WORST_LAST.index)


_WORST_LAST: Final = (Enforcement.ENFORCED, Enforcement.UNSUPPORTED, Enforcement.FAILED)


def override_defaults(cocoa: Cocoa, *, language: str) -> None:
    """Have DEFAULTS hold for this process, whatever the account's preferences and the command line say.

    And have `language` be the one that pages are asked for.
    """
    defaults = cocoa.NSUserDefaults.standardUserDefaults()
    defaults.removeVolatileDomainForName_(cocoa.NSArgumentDomain)  # or the next call raises
    defaults.setVolatileDomain_forName_({**DEFAULTS, "AppleLanguages": [language]}, cocoa.NSArgumentDomain)


def defaults_hold(cocoa: Cocoa) -> bool:
    """Whether DEFAULTS are what everybody reads."""
    defaults = cocoa.NSUserDefaults.standardUserDefaults()
    return all(bool(defaults.boolForKey_(key)) is value for key, value in DEFAULTS.items())


def make_store(cocoa: Cocoa, proxy: ObjC | None) -> ObjC:
    """Return a data store that keeps everything in memory: cookies, local storage, IndexedDB, caches."""
    store = cocoa.WKWebsiteDataStore.nonPersistentDataStore()
    if proxy is not None:
        store.setProxyConfigurations_([proxy])
    return store


def make_configuration(cocoa: Cocoa, *, store: ObjC, controller: ObjC, switches: Switches) -> ObjC:
    """Return what a view is made with; it keeps a copy, so nothing in it can change later."""
    configuration = cocoa.WKWebViewConfiguration.alloc().init()
    configuration.setWebsiteDataStore_(store)
    configuration.setUserContentController_(controller)
    configuration.setPreferences_(_make_preferences(cocoa, switches))
    # a terminal may show its video and play its sound
    configuration.setMediaTypesRequiringUserActionForPlayback_(cocoa.WKAudiovisualMediaTypeNone)
    switches.set(configuration, CONFIGURATION)
    if configuration.respondsToSelector_("setWritingToolsBehavior:"):  # macOS 15
        configuration.setWritingToolsBehavior_(cocoa.NSWritingToolsBehaviorNone)
    switches.require(_Feature.STORAGE_OF_ONE_VISIT, held=not configuration.websiteDataStore().isPersistent())
    return configuration


def _make_preferences(cocoa: Cocoa, switches: Switches) -> ObjC:
    preferences = cocoa.WKPreferences.alloc().init()
    switches.set(preferences, PREFERENCES)
    switches.set(preferences, HIDDEN_PREFERENCES, optional=True)
    if preferences.respondsToSelector_("setInactiveSchedulingPolicy:"):  # macOS 14; a spare draws below the window
        preferences.setInactiveSchedulingPolicy_(cocoa.WKInactiveSchedulingPolicyNone)
    return preferences
