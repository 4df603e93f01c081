; What the MSI cannot say in tables: a small program without a window, which the MSI runs as SYSTEM and does not install.
;   /CLOSE=DIR     ends what runs out of DIR
;   /SAFE=DIR      makes DIR and %ProgramData%\enable3-kiosk folders that administrators alone write
;   /POLICY=FILE   copies FILE to the latter's policy.toml
; Only an administrator chooses these: the properties are public, but not in SecureCustomProperties. Exit codes: fail.nsh.

Target amd64-unicode
Unicode true
RequestExecutionLevel user ; what starts it has its rights already
SilentInstall silent
CRCCheck force
OutFile "${OUTPUT}"
Name "Enable3 Kiosk"

!include "LogicLib.nsh"
!include "FileFunc.nsh"

VIProductVersion "${FILE_VERSION}"
VIFileVersion "${FILE_VERSION}"
VIAddVersionKey "ProductName" "Enable3 Kiosk"
VIAddVersionKey "CompanyName" "Enable3"
VIAddVersionKey "FileDescription" "Enable3 Kiosk: a step of its MSI"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "Copyright Enable3"

!include "fail.nsh"
!include "close.nsh"
!include "folder.nsh"
!insertmacro SAY_FUNCTIONS ""
!insertmacro CLOSE_FUNCTIONS ""

; Takes the name of a switch; leaves its value, without the backslash that Windows Installer ends a folder with.
Function Switch
  Exch $0
  Push $1
  Push $2
  ${GetParameters} $1
  ClearErrors
  ${GetOptions} $1 "/$0=" $2
  StrCpy $0 $2
  StrCpy $1 $0 1 -1
  ${If} $1 == "\"
    StrCpy $0 $0 -1
  ${EndIf}
  Pop $2
  Pop $1
  Exch $0
FunctionEnd

Section
  SetRegView 64
  Push "CLOSE"
  Call Switch
  Pop $0
  ${If} $0 != ""
    Push $0
    Call EndAll
    Pop $1
    ${If} $1 <> 0
      Push ${EXIT_RUNNING}
      Push "The kiosk in $0 runs and cannot be ended."
      Call Fail
    ${EndIf}
  ${EndIf}
  Push "SAFE"
  Call Switch
  Pop $0
  ${If} $0 != ""
    Call Folders
  ${EndIf}
SectionEnd

Function Folders
  Push $0
  Call MakeSafe
  Pop $1
  ${If} $1 != ""
    Push ${EXIT_UNSAFE_FOLDER}
    Push "$0 $1; remove it, or choose another folder."
    Call Fail
  ${EndIf}
  Call MakeData
  Pop $0
  Pop $1
  ${If} $0 == ""
    Push ${EXIT_UNSAFE_FOLDER}
    Push "%ProgramData%: $1"
    Call Fail
  ${EndIf}
  Push "POLICY"
  Call Switch
  Pop $1
  ${If} $1 != ""
    ClearErrors
    CopyFiles /SILENT "$1" "$0\policy.toml"
    ${If} ${Errors}
    ${OrIfNot} ${FileExists} "$1"
      Push ${EXIT_POLICY}
      Push "$1 cannot be copied to $0."
      Call Fail
    ${EndIf}
  ${EndIf}
FunctionEnd
