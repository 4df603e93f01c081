#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
    Locks a Windows machine down for the kiosk, or takes that back.
.DESCRIPTION
    A local account without rights that Windows signs in by itself, the kiosk as its shell, the keys that lead out of it
    blocked, and the policies of policies.psd1. docs/lockdown.md says what each part stops. -WhatIf says what would be
    done. Needs Windows Enterprise, Education or IoT Enterprise; written by the documentation, not run.

    Run it twice. The first run makes the account and installs the features of Windows; after the restart Windows signs
    the account in, with a desktop still: run `kiosk setup` there. The second run makes the kiosk its shell and blocks
    the keys.
.PARAMETER User
    The terminal's account.
.PARAMETER Command
    The kiosk's command line.
.PARAMETER BreakoutScanCode
    See Set-KeyboardFilter.ps1.
.PARAMETER Uninstall
    Put back what was there. The account and its profile stay.
.EXAMPLE
    .\Install-Lockdown.ps1 -BreakoutScanCode 70 -WhatIf
#>
[CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Install')]
param(
    [ValidatePattern('^[A-Za-z][A-Za-z0-9_-]{0,19}$')][string] $User = 'kiosk',
    [Parameter(ParameterSetName = 'Install')][ValidateNotNullOrEmpty()]
    [string] $Command = '"%ProgramFiles%\Enable3 Kiosk\kioskw.exe" run',
    [Parameter(Mandatory, ParameterSetName = 'Install')][ValidateRange(1, 255)][int] $BreakoutScanCode,
    [Parameter(Mandatory, ParameterSetName = 'Uninstall')][switch] $Uninstall
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$folder = Join-Path $env:ProgramData 'Enable3Kiosk'
$memory = Join-Path $folder 'lockdown.json'
$hive = 'Enable3KioskLockdown'
$shellFeature = 'Client-EmbeddedShellLauncher'
$passwordLength = 64

function Get-Sid {
    $account = Get-LocalUser -Name $User -ErrorAction SilentlyContinue
    if ($account) { $account.SID.Value }
}

function New-Password {
    # Of bytes of the system's own source, as text; nobody ever types it.
    $bytes = New-Object byte[] $passwordLength
    $random = [Security.Cryptography.RandomNumberGenerator]::Create()
    try { $random.GetBytes($bytes) } finally { $random.Dispose() }
    ConvertTo-SecureString -String ([Convert]::ToBase64String($bytes)) -AsPlainText -Force
}

function Install-Account {
    if (Get-Sid) {
        # Its password stays: with another one, set by somebody else, Windows could no longer open its credentials, and
        # the API key would be lost.
        Write-Warning "$User is there already: if nobody signs it in, run Set-Autologon.ps1 with its password"
    }
    else {
        $password = New-Password
        New-LocalUser -Name $User -Password $password -PasswordNeverExpires -UserMayNotChangePassword | Out-Null
        # Users and nothing else (vector 145): New-LocalUser adds it to no group at all.
        Add-LocalGroupMember -SID 'S-1-5-32-545' -Member $User
        & (Join-Path $PSScriptRoot 'Set-Autologon.ps1') -User $User -Password $password
    }
    $administrators = Get-LocalGroupMember -SID 'S-1-5-32-544' | Where-Object { $_.SID.Value -eq (Get-Sid) }
    if ($administrators) { throw "$User is an administrator: take it out of that group first" }
}

function Set-ShellLauncher([string] $Xml) {
    $settings = Get-CimInstance -Namespace 'root\cimv2\mdm\dmmap' -ClassName 'MDM_AssignedAccess'
    $settings.ShellLauncher = if ($Xml) { [Net.WebUtility]::HtmlEncode($Xml) } else { $null }
    Set-CimInstance -CimInstance $settings
}

function Get-ShellLauncherXml([string] $Sid) {
    $text = Get-Content -Raw -Path (Join-Path $PSScriptRoot 'ShellLauncher.xml')
    $text.Replace('@SID@', $Sid).Replace('@COMMAND@', [Security.SecurityElement]::Escape($Command))
}

# What was there before the first run, by Scope, Key and Name.
function Get-Memory {
    if (Test-Path $memory) { @(Get-Content -Raw -Path $memory | ConvertFrom-Json) } else { @() }
}

function Set-Policy([string] $Scope, [string] $Root, [hashtable] $Policy) {
    $path = "Registry::$Root\$($Policy.Key)"
    if (-not $PSCmdlet.ShouldProcess("$path\$($Policy.Name)", "set to $($Policy.Value)")) { return }
    if (-not (Test-Path $path)) { New-Item -Path $path -Force | Out-Null }
    $known = @(Get-Memory)
    if (-not ($known | Where-Object { "$($_.Scope)$($_.Key)$($_.Name)" -eq "$Scope$($Policy.Key)$($Policy.Name)" })) {
        $old = (Get-Item -Path $path).GetValue($Policy.Name)
        $known += [pscustomobject]@{ Scope = $Scope; Key = $Policy.Key; Name = $Policy.Name; Old = $old }
        New-Item -ItemType Directory -Path $folder -Force | Out-Null
        ConvertTo-Json -InputObject $known | Set-Content -Path $memory -Encoding UTF8
    }
    $type = if ($Policy.Value -is [string]) { 'String' } else { 'DWord' }
    New-ItemProperty -Path $path -Name $Policy.Name -Value $Policy.Value -PropertyType $type -Force | Out-Null
}

function Restore-Policy([string] $Root, $Before) {
    $path = "Registry::$Root\$($Before.Key)"
    if (-not (Test-Path $path)) { return }
    if ($null -eq $Before.Old) {
        Remove-ItemProperty -Path $path -Name $Before.Name -ErrorAction SilentlyContinue
    }
    else {
        Set-ItemProperty -Path $path -Name $Before.Name -Value $Before.Old
    }
}

function Get-ProfilePath([string] $Sid) {
    $profiles = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList'
    $entry = Get-ItemProperty -Path "$profiles\$Sid" -ErrorAction SilentlyContinue
    if ($entry) { $entry.ProfileImagePath }
}

# Runs a block with the root of the account's own part of the registry, which is there while it is signed in, or loaded.
function Invoke-WithHive([string] $Sid, [scriptblock] $Block) {
    if ($WhatIfPreference -or (Test-Path "Registry::HKEY_USERS\$Sid")) {
        & $Block "HKEY_USERS\$Sid"
        return
    }
    & reg.exe load "HKU\$hive" (Join-Path (Get-ProfilePath $Sid) 'NTUSER.DAT') | Out-Null
    if ($LASTEXITCODE) { throw "the registry of $User cannot be loaded" }
    try { & $Block "HKEY_USERS\$hive" }
    finally {
        [GC]::Collect() # the provider keeps keys open, and an open key cannot be unloaded
        & reg.exe unload "HKU\$hive" | Out-Null
    }
}

function Set-Power {
    # Neither button nor lid does anything, nothing sleeps, and the screen stays on (vectors 27, 124, 129).
    foreach ($button in 'PBUTTONACTION', 'SBUTTONACTION', 'LIDACTION') {
        & powercfg.exe /setacvalueindex SCHEME_CURRENT SUB_BUTTONS $button 0
    }
    & powercfg.exe /change monitor-timeout-ac 0
    & powercfg.exe /change standby-timeout-ac 0
    & powercfg.exe /setactive SCHEME_CURRENT
}

function Install-Lockdown {
    if ($PSCmdlet.ShouldProcess($User, 'make the account, sign it in automatically')) { Install-Account }
    if ((Get-WindowsOptionalFeature -Online -FeatureName $shellFeature).State -ne 'Enabled') {
        if ($PSCmdlet.ShouldProcess($shellFeature, 'install')) {
            Enable-WindowsOptionalFeature -Online -FeatureName $shellFeature -All -NoRestart | Out-Null
        }
    }
    & (Join-Path $PSScriptRoot 'Set-KeyboardFilter.ps1') -BreakoutScanCode $BreakoutScanCode -WhatIf:$WhatIfPreference
    $policies = Import-PowerShellDataFile -Path (Join-Path $PSScriptRoot 'policies.psd1')
    foreach ($policy in $policies.Machine) { Set-Policy 'Machine' 'HKEY_LOCAL_MACHINE' $policy }
    $sid = Get-Sid
    if ($sid -and (Get-ProfilePath $sid)) {
        Invoke-WithHive $sid {
            param($root)
            foreach ($policy in $policies.Account) { Set-Policy 'Account' $root $policy }
        }
        if ($PSCmdlet.ShouldProcess($sid, 'the kiosk as its shell')) { Set-ShellLauncher (Get-ShellLauncherXml $sid) }
    }
    else {
        Write-Warning "$User has never signed in: restart, run ``kiosk setup`` in its session, then run this again"
    }
    if ($PSCmdlet.ShouldProcess('power', 'buttons do nothing, nothing sleeps')) { Set-Power }
    Write-Output 'Restart Windows, then run `kiosk doctor` as the account: it names what is missing.'
}

function Uninstall-Lockdown {
    if ($PSCmdlet.ShouldProcess($User, 'the desktop as its shell')) { Set-ShellLauncher '' }
    & (Join-Path $PSScriptRoot 'Set-KeyboardFilter.ps1') -Uninstall -WhatIf:$WhatIfPreference
    & (Join-Path $PSScriptRoot 'Set-Autologon.ps1') -Uninstall -WhatIf:$WhatIfPreference
    if ((Test-Path $memory) -and $PSCmdlet.ShouldProcess($memory, 'put back')) {
        $before = Get-Memory
        foreach ($value in $before | Where-Object Scope -EQ 'Machine') { Restore-Policy 'HKEY_LOCAL_MACHINE' $value }
        $sid = Get-Sid
        if ($sid -and (Get-ProfilePath $sid)) {
            Invoke-WithHive $sid {
                param($root)
                foreach ($value in $before | Where-Object Scope -EQ 'Account') { Restore-Policy $root $value }
            }
        }
        Remove-Item -Path $memory
    }
    Write-Output 'Taken back; the account and its profile are still there. Restart Windows.'
}

if ($Uninstall) { Uninstall-Lockdown } else { Install-Lockdown }
