; The setup of the kiosk for Windows, per machine. Made by packaging/build/windows_installers.py, which defines:
;   VERSION, FILE_VERSION (four numbers), OUTPUT, ICON, FILES (generated: macros that put and remove the program),
;   and perhaps SIGN (a command that signs the file at its end) and WEBVIEW2_INSTALLER.
; docs/installing-windows.md has its switches and exit codes.

Target amd64-unicode
Unicode true
SetCompressor /SOLID lzma
RequestExecutionLevel admin
ManifestDPIAware true
ManifestSupportedOS Win10
CRCCheck force

!include "LogicLib.nsh"
!include "FileFunc.nsh"
!include "MUI2.nsh"
!include "WinVer.nsh"
!include "x64.nsh"

!define NAME "Enable3 Kiosk"
!define PUBLISHER "Enable3"
!define TERMINAL "kioskw.exe" ; kiosk.exe without a console
!define OUR_KEY "Software\Enable3\Kiosk"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Enable3Kiosk"
!define RUN_KEY "Software\Microsoft\Windows\CurrentVersion\Run"
!define RUN_NAME "Enable3Kiosk"
!define SHORTCUT "$SMPROGRAMS\${NAME}.lnk"

Name "${NAME}"
OutFile "${OUTPUT}"
InstallDir "$PROGRAMFILES64\${NAME}"
BrandingText "${NAME} ${VERSION}"
ShowInstDetails show
ShowUninstDetails show

VIProductVersion "${FILE_VERSION}"
VIFileVersion "${FILE_VERSION}"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "CompanyName" "${PUBLISHER}"
VIAddVersionKey "FileDescription" "${NAME}: setup"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "Copyright ${PUBLISHER}. Parts by others: see THIRD-PARTY-NOTICES.txt"

!ifdef SIGN
  !uninstfinalize '${SIGN} "%1"' = 0
  !finalize '${SIGN} "%1"' = 0
!endif

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

Var Autostart ; /AUTOSTART=: 1, 0, or nothing: as it was
Var Policy ; /POLICY=: a file, or nothing
Var WebView2 ; /WEBVIEW2=: ignore, or nothing
Var Data ; %ProgramData%\enable3-kiosk

!include "fail.nsh"
!include "close.nsh"
!include "folder.nsh"
!include "webview2.nsh"
!include "${FILES}"
!insertmacro SAY_FUNCTIONS ""
!insertmacro SAY_FUNCTIONS "un."
!insertmacro CLOSE_FUNCTIONS ""
!insertmacro CLOSE_FUNCTIONS "un."

!macro EndPrograms UN
  DetailPrint "A running kiosk is closed"
  ; Only the program that was installed there is run, not what somebody put into a folder that is yet to be looked at.
  ReadRegStr $0 HKLM "${OUR_KEY}" "InstallDir"
  ${If} $0 == $INSTDIR
  ${AndIf} ${FileExists} "$INSTDIR\kiosk.exe"
    nsExec::Exec /TIMEOUT=10000 '"$INSTDIR\kiosk.exe" end' ; the visit, if the kiosk runs under this very account
    Pop $0 ; there may be none: then it says so
  ${EndIf}
  Push $INSTDIR
  Call ${UN}EndAll
  Pop $0
  ${If} $0 <> 0
    Push ${EXIT_RUNNING}
    Push "The kiosk in $INSTDIR runs and cannot be ended."
    Call ${UN}Fail
  ${EndIf}
!macroend

; ── what is asked ───────────────────────────────────────────────────────────────────────────────────────────────────

Function ReadSwitches
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/AUTOSTART=" $Autostart
  ClearErrors
  ${GetOptions} $0 "/POLICY=" $Policy
  ClearErrors
  ${GetOptions} $0 "/WEBVIEW2=" $WebView2
  ${If} $Autostart != ""
  ${AndIf} $Autostart != "0"
  ${AndIf} $Autostart != "1"
    Push ${EXIT_SWITCH}
    Push "/AUTOSTART: allowed: 0, 1"
    Call Fail
  ${EndIf}
  ${If} $WebView2 != ""
  ${AndIf} $WebView2 != "ignore"
    Push ${EXIT_SWITCH}
    Push "/WEBVIEW2: allowed: ignore"
    Call Fail
  ${EndIf}
  ${If} $Policy != ""
  ${AndIfNot} ${FileExists} "$Policy"
    Push ${EXIT_POLICY}
    Push "/POLICY: there is no file $Policy"
    Call Fail
  ${EndIf}
FunctionEnd

Function .onInit
  SetRegView 64
  SetShellVarContext all
  ${IfNot} ${AtLeastWin10}
  ${OrIfNot} ${RunningX64}
    Push ${EXIT_WRONG_WINDOWS}
    Push "64-bit Windows 10 or 11 is needed."
    Call Fail
  ${EndIf}
  Call ReadSwitches
  ReadRegStr $0 HKLM "${OUR_KEY}" "Installer"
  ${If} $0 == "msi"
    Push ${EXIT_OTHER_INSTALLER}
    Push "The kiosk was installed by its MSI: uninstall that, or update by an MSI."
    Call Fail
  ${EndIf}
  ReadRegStr $0 HKLM "${OUR_KEY}" "InstallDir"
  ${If} $0 != ""
  ${AndIf} $INSTDIR == "$PROGRAMFILES64\${NAME}" ; no /D=: where it was
    StrCpy $INSTDIR $0
  ${EndIf}
  Call ChooseAutostart
FunctionEnd

Function un.onInit
  SetRegView 64
  SetShellVarContext all
FunctionEnd

; ── install ─────────────────────────────────────────────────────────────────────────────────────────────────────────

Section "-Before" ; nothing of the old version is touched before all of this is well
  Call RequireWebView2
  !insertmacro EndPrograms ""
  Call MakeData
  Pop $Data
  Pop $0
  ${If} $Data == ""
    Push ${EXIT_UNSAFE_FOLDER}
    Push "%ProgramData%: $0"
    Call Fail
  ${EndIf}
  Push $INSTDIR
  Call MakeSafe
  Pop $0
  ${If} $0 != ""
    Push ${EXIT_UNSAFE_FOLDER}
    Push "$INSTDIR $0; remove it, or choose another folder."
    Call Fail
  ${EndIf}
SectionEnd

Section "${NAME}" SECTION_PROGRAM
  SectionIn RO
  !insertmacro REMOVE_FILES ; files of two versions are never mixed
  !insertmacro PUT_FILES
  SetOutPath "$INSTDIR"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortCut "${SHORTCUT}" "$INSTDIR\${TERMINAL}" "" "" 0 SW_SHOWNORMAL "" "The loyalty kiosk"
  WriteRegStr HKLM "${OUR_KEY}" "InstallDir" "$INSTDIR"
  WriteRegStr HKLM "${OUR_KEY}" "Version" "${VERSION}"
  WriteRegStr HKLM "${OUR_KEY}" "Installer" "setup"
  Call WriteUninstallKey
  ${If} $Policy != ""
    ClearErrors
    CopyFiles /SILENT "$Policy" "$Data\policy.toml"
    ${If} ${Errors}
      Push ${EXIT_POLICY}
      Push "$Policy cannot be copied to $Data."
      Call Fail
    ${EndIf}
  ${EndIf}
SectionEnd

Section /o "Start when somebody signs in" SECTION_AUTOSTART
  WriteRegStr HKLM "${RUN_KEY}" "${RUN_NAME}" '"$INSTDIR\${TERMINAL}" run'
SectionEnd

Section "-After"
  ${IfNot} ${SectionIsSelected} ${SECTION_AUTOSTART}
    DeleteRegValue HKLM "${RUN_KEY}" "${RUN_NAME}"
  ${EndIf}
SectionEnd

LangString DESCRIPTION_PROGRAM ${LANG_ENGLISH} "The kiosk, for every account of this machine."
LangString DESCRIPTION_AUTOSTART ${LANG_ENGLISH} "For every account. Not needed where the lock-down kit makes the \
kiosk the shell of its account."
!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${SECTION_PROGRAM} $(DESCRIPTION_PROGRAM)
  !insertmacro MUI_DESCRIPTION_TEXT ${SECTION_AUTOSTART} $(DESCRIPTION_AUTOSTART)
!insertmacro MUI_FUNCTION_DESCRIPTION_END

Function ChooseAutostart ; by the switch, else as it was
  ${If} $Autostart == ""
    ReadRegStr $0 HKLM "${RUN_KEY}" "${RUN_NAME}"
    ${If} $0 != ""
      StrCpy $Autostart "1"
    ${EndIf}
  ${EndIf}
  ${If} $Autostart == "1"
    !insertmacro SelectSection ${SECTION_AUTOSTART}
  ${EndIf}
FunctionEnd

Function WriteUninstallKey
  WriteRegStr HKLM "${UNINSTALL_KEY}" "DisplayName" "${NAME}"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\kiosk.exe"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "Publisher" "${PUBLISHER}"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKLM "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKLM "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKLM "${UNINSTALL_KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKLM "${UNINSTALL_KEY}" "EstimatedSize" $0 ; KiB
FunctionEnd

; ── uninstall ───────────────────────────────────────────────────────────────────────────────────────────────────────

!define KEPT "Kept: the policy in $APPDATA\enable3-kiosk, and for each account its configuration, its API key (in the \
Credential Manager) and what waits to be sent. docs/installing-windows.md says how to remove them."

Section "Uninstall"
  !insertmacro EndPrograms "un."
  !insertmacro REMOVE_FILES
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "${SHORTCUT}"
  DeleteRegValue HKLM "${RUN_KEY}" "${RUN_NAME}"
  DeleteRegKey HKLM "${UNINSTALL_KEY}"
  DeleteRegKey HKLM "${OUR_KEY}"
  DeleteRegKey /ifempty HKLM "Software\Enable3"
  DetailPrint "${KEPT}"
  ${If} ${Silent}
    Push "${KEPT}"
    Call un.Say
  ${Else}
    MessageBox MB_OK|MB_ICONINFORMATION "${KEPT}"
  ${EndIf}
SectionEnd
