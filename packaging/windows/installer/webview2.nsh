; The WebView2 runtime: whether it is there, and its offline installer, if the build was given one.
; Where it is told: "Distribute your app and the WebView2 Runtime", learn.microsoft.com; per machine, then per account.

!define WEBVIEW2_CLIENT "Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}"

; Leaves its version, or nothing.
Function WebView2Version
  Push $0
  SetRegView 32 ; EdgeUpdate is a 32-bit program
  ReadRegStr $0 HKLM "SOFTWARE\${WEBVIEW2_CLIENT}" "pv"
  SetRegView 64
  ${If} $0 == ""
  ${OrIf} $0 == "0.0.0.0"
    ReadRegStr $0 HKCU "Software\${WEBVIEW2_CLIENT}" "pv"
  ${EndIf}
  ${If} $0 == "0.0.0.0"
    StrCpy $0 ""
  ${EndIf}
  Exch $0
FunctionEnd

; Installs it if it is missing and its installer is in here; otherwise ends the setup, unless /WEBVIEW2=ignore is given.
Function RequireWebView2
  Push $0
  Call WebView2Version
  Pop $0
  ${If} $0 == ""
  ${AndIf} $WebView2 != "ignore"
    !ifdef WEBVIEW2_INSTALLER
      DetailPrint "The WebView2 runtime is missing: it is installed"
      InitPluginsDir
      File "/oname=$PLUGINSDIR\webview2.exe" "${WEBVIEW2_INSTALLER}"
      ExecWait '"$PLUGINSDIR\webview2.exe" /silent /install' $0
      DetailPrint "Its installer ended with $0"
      Call WebView2Version
      Pop $0
    !endif
    ${If} $0 == ""
      Push ${EXIT_NO_WEBVIEW2}
      Push "The Microsoft Edge WebView2 Runtime is missing.$\r$\nInstall its Evergreen Standalone Installer (x64) of \
https://developer.microsoft.com/microsoft-edge/webview2 first, or give /WEBVIEW2=ignore to do that later."
      Call Fail
    ${EndIf}
  ${EndIf}
  Pop $0
FunctionEnd
