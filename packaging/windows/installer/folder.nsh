; A folder that administrators write and everybody reads. %ProgramData% and C:\ let every account make folders, so one
; that is there already is only taken over if it is an administrator's; never through a link.

; SYSTEM and administrators: everything; users: read and run. Protected: nothing is inherited from above.
!define SAFE_SDDL "O:BAG:BAD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)"
!define SID_ADMINISTRATORS "S-1-5-32-544"
!define SID_SYSTEM "S-1-5-18"
!define SID_INSTALLER "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464" ; TrustedInstaller
!define SE_FILE_OBJECT 1
!define OWNER_INFORMATION 1
!define DACL_INFORMATION 4
!define PROTECTED_DACL 0x80000000
!define ATTRIBUTE_DIRECTORY 0x10
!define ATTRIBUTE_REPARSE 0x400
!define TOKEN_QUERY 8
!define TOKEN_USER 1

; Leaves the SID, as text, of the account that runs this.
Function OwnSid
  Push $0
  Push $1
  Push $2
  System::Call 'kernel32::GetCurrentProcess() p .r0'
  System::Call 'advapi32::OpenProcessToken(p r0, i ${TOKEN_QUERY}, *p .r0)'
  System::Alloc 256
  Pop $1
  System::Call 'advapi32::GetTokenInformation(p r0, i ${TOKEN_USER}, p r1, i 256, *i .r2)'
  System::Call 'kernel32::CloseHandle(p r0)'
  System::Call '*$1(p .r0)'
  System::Call 'advapi32::ConvertSidToStringSidW(p r0, *p .r2)'
  System::Call '*$2(&w${NSIS_MAX_STRLEN} .r0)'
  System::Call 'kernel32::LocalFree(p r2)'
  System::Free $1
  Pop $2
  Pop $1
  Exch $0
FunctionEnd

; Takes a path; leaves the SID of its owner as text, or nothing.
Function OwnerOf
  Exch $0
  Push $1
  Push $2
  Push $3
  System::Call 'advapi32::GetNamedSecurityInfoW(w r0, i ${SE_FILE_OBJECT}, i ${OWNER_INFORMATION}, *p .r1, p 0, p 0, p 0, *p .r2) i .r3'
  StrCpy $0 ""
  ${If} $3 = 0
    System::Call 'advapi32::ConvertSidToStringSidW(p r1, *p .r3)'
    System::Call '*$3(&w${NSIS_MAX_STRLEN} .r0)'
    System::Call 'kernel32::LocalFree(p r3)'
    System::Call 'kernel32::LocalFree(p r2)'
  ${EndIf}
  Pop $3
  Pop $2
  Pop $1
  Exch $0
FunctionEnd

; Takes a path; leaves "" if it is a folder, not a link, that an administrator owns, else what is wrong with it.
Function Distrust
  Exch $0
  Push $1
  System::Call 'kernel32::GetFileAttributesW(w r0) i .r1'
  IntOp $1 $1 & ${ATTRIBUTE_REPARSE}
  ${If} $1 <> 0
    StrCpy $0 "is a link"
  ${Else}
    Push $0
    Call OwnerOf
    Pop $0
    Call OwnSid
    Pop $1
    ${If} $0 == ${SID_ADMINISTRATORS}
    ${OrIf} $0 == ${SID_SYSTEM}
    ${OrIf} $0 == ${SID_INSTALLER}
    ${OrIf} $0 == $1
      StrCpy $0 ""
    ${Else}
      StrCpy $0 "belongs to $0, who is no administrator"
    ${EndIf}
  ${EndIf}
  Pop $1
  Exch $0
FunctionEnd

; Takes a path; makes the folder, or gives the one that is there its rights. Leaves "" or what is wrong.
Function MakeSafe
  Exch $0
  Push $1
  Push $2
  Push $3
  Push $4
  !insertmacro Enable ${SE_RESTORE} ; else the owner cannot be the administrators' group
  !insertmacro Enable ${SE_TAKE_OWNERSHIP}
  System::Call 'advapi32::ConvertStringSecurityDescriptorToSecurityDescriptorW(w "${SAFE_SDDL}", i 1, *p .r1, p 0) i .r3'
  System::Call '*(i 24, p r1, i 0) p .r2' ; SECURITY_ATTRIBUTES
  System::Call 'kernel32::CreateDirectoryW(w r0, p r2) i .r3' ; made with its rights: at no time is it anybody else's
  System::Free $2
  ${If} $3 <> 0
    StrCpy $0 ""
  ${Else}
    Push $0
    Call Distrust
    Pop $3
    ${If} $3 == ""
      System::Call 'advapi32::GetSecurityDescriptorDacl(p r1, *i .r2, *p .r3, *i .r2)'
      System::Call 'advapi32::GetSecurityDescriptorOwner(p r1, *p .r4, *i .r2)'
      System::Call 'advapi32::SetNamedSecurityInfoW(w r0, i ${SE_FILE_OBJECT}, i ${OWNER_INFORMATION}|${DACL_INFORMATION}|${PROTECTED_DACL}, p r4, p 0, p r3, p 0) i .r2'
      StrCpy $3 ""
      ${If} $2 <> 0
        StrCpy $3 "its rights cannot be set: error $2"
      ${EndIf}
    ${EndIf}
    StrCpy $0 $3
  ${EndIf}
  System::Call 'kernel32::LocalFree(p r1)'
  Pop $4
  Pop $3
  Pop $2
  Pop $1
  Exch $0
FunctionEnd

; Makes %ProgramData%\enable3-kiosk and leaves its path, or nothing, and above it what is wrong. A folder of somebody
; else's is put aside, not used: what it holds is not our configuration.
Function MakeData
  Push $0
  Push $1
  SetShellVarContext all ; then $APPDATA is %ProgramData%, by the system's word and not by a variable's
  StrCpy $0 "$APPDATA\enable3-kiosk"
  Push $0
  Call MakeSafe
  Pop $1
  ${If} $1 != ""
    System::Call 'kernel32::GetTickCount() i .r1'
    ClearErrors
    Rename "$0" "$0.not-trusted-$1"
    ${IfNot} ${Errors}
      Push $0
      Call MakeSafe
      Pop $1
    ${Else}
      StrCpy $1 "$0 is not safe from other accounts, and cannot be put aside"
    ${EndIf}
  ${EndIf}
  ${If} $1 != ""
    StrCpy $0 ""
  ${EndIf}
  Exch $1
  Exch
  Exch $0
FunctionEnd
