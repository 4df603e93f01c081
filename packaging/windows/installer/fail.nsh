; Exit codes (docs/installing-windows.md), and how a setup ends with one.

!define EXIT_WRONG_WINDOWS 10
!define EXIT_NO_WEBVIEW2 11
!define EXIT_RUNNING 12
!define EXIT_POLICY 13
!define EXIT_UNSAFE_FOLDER 14
!define EXIT_OTHER_INSTALLER 15
!define EXIT_SWITCH 16

; Writes a line to whoever started a silent setup: a console, or a pipe of a deployment tool.
!macro SAY_FUNCTIONS UN
Function ${UN}Say
  Exch $0
  Push $1
  Push $2
  System::Call 'kernel32::AttachConsole(i -1)' ; fails if there is none, or ours is a pipe
  System::Call 'kernel32::GetStdHandle(i -11) p .r1'
  ${If} $1 P<> 0
  ${AndIf} $1 P<> -1
    FileWrite $1 "$0$\r$\n"
  ${EndIf}
  Pop $2
  Pop $1
  Pop $0
FunctionEnd

; Takes a text, and below it an exit code; does not come back.
Function ${UN}Fail
  Exch $0
  Exch
  Exch $1
  ${If} ${Silent}
    Push "kiosk setup: $0"
    Call ${UN}Say
  ${Else}
    MessageBox MB_OK|MB_ICONSTOP "$0"
  ${EndIf}
  SetErrorLevel $1
  Quit
FunctionEnd
!macroend
