; A program in the place of kiosk.exe: `run` says so and stays until it is ended; anything else ends at once.
Target amd64-unicode
Unicode true
RequestExecutionLevel user
SilentInstall silent
Name "stand-in"
OutFile "${OUTPUT}"
!include "LogicLib.nsh"
!include "FileFunc.nsh"

Section
  ${GetParameters} $0
  ${If} $0 == "run"
    System::Call 'kernel32::GetStdHandle(i -11) p .r1'
    FileWrite $1 "running$\n"
    Sleep 600000
  ${EndIf}
SectionEnd
