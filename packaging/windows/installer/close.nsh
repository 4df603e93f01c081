; Ends what runs out of a folder. Several programs may be a kiosk (its window is a process of its own, and a shell
; launcher may start it again), so this looks again until nothing runs.

!define TH32CS_SNAPPROCESS 2
!define PROCESS_RIGHTS 0x101001 ; SYNCHRONIZE, PROCESS_QUERY_LIMITED_INFORMATION, PROCESS_TERMINATE
!define ENTRY_SIZE 568 ; PROCESSENTRY32W in a 64-bit process
!define CLOSE_TRIES 40
!define CLOSE_PAUSE 250 ; milliseconds

; Privileges by their number (winnt.h), for this process.
!define SE_TAKE_OWNERSHIP 9
!define SE_RESTORE 18
!define SE_DEBUG 20
!macro Enable PRIVILEGE
  System::Call 'ntdll::RtlAdjustPrivilege(i ${PRIVILEGE}, i 1, i 0, *i .s) i .s'
  Pop $R9
  Pop $R9
!macroend

; Takes a folder from the stack; leaves the number of programs that still run there, 0 if all is well.
!macro CLOSE_FUNCTIONS UN
Function ${UN}EndAll
  Exch $R0
  Push $R1
  Push $R2
  !insertmacro Enable ${SE_DEBUG} ; the terminal's account is not the one that installs
  StrCpy $R1 0
  ${Do}
    Push $R0
    Call ${UN}EndOnce
    Pop $R2
    ${If} $R2 == 0
      ${ExitDo}
    ${EndIf}
    Sleep ${CLOSE_PAUSE}
    IntOp $R1 $R1 + 1
  ${LoopUntil} $R1 >= ${CLOSE_TRIES}
  StrCpy $R0 $R2
  Pop $R2
  Pop $R1
  Exch $R0
FunctionEnd

; One look at all processes: ends those of the folder, and leaves how many there were.
Function ${UN}EndOnce
  Exch $0 ; the folder, then the prefix of its programs
  Push $1
  Push $2
  Push $3
  Push $4
  Push $5
  Push $6
  Push $7
  StrCpy $0 "$0\"
  StrLen $1 $0
  StrCpy $2 0
  System::Call 'kernel32::GetCurrentProcessId() i .r7'
  System::Call 'kernel32::CreateToolhelp32Snapshot(i ${TH32CS_SNAPPROCESS}, i 0) p .r3'
  System::Alloc ${ENTRY_SIZE}
  Pop $4
  System::Call '*$4(i ${ENTRY_SIZE})'
  System::Call 'kernel32::Process32FirstW(p r3, p r4) i .r5'
  ${While} $5 <> 0
    System::Call '*$4(i, i, i .r5)'
    ${If} $5 <> $7 ; not the uninstaller itself
      System::Call 'kernel32::OpenProcess(i ${PROCESS_RIGHTS}, i 0, i r5) p .r5'
      ${If} $5 P<> 0
        System::Call 'kernel32::QueryFullProcessImageNameW(p r5, i 0, w .r6, *i ${NSIS_MAX_STRLEN})'
        StrCpy $6 $6 $1
        ${If} $6 == $0 ; letters of either case
          System::Call 'kernel32::TerminateProcess(p r5, i 1)'
          IntOp $2 $2 + 1
        ${EndIf}
        System::Call 'kernel32::CloseHandle(p r5)'
      ${EndIf}
    ${EndIf}
    System::Call 'kernel32::Process32NextW(p r3, p r4) i .r5'
  ${EndWhile}
  System::Call 'kernel32::CloseHandle(p r3)'
  System::Free $4
  StrCpy $0 $2
  Pop $7
  Pop $6
  Pop $5
  Pop $4
  Pop $3
  Pop $2
  Pop $1
  Exch $0
FunctionEnd
!macroend
