#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
    Blocks the keys of keys.psd1 for every account but administrators, or lets them go again.
.DESCRIPTION
    The Keyboard Filter is a feature of Windows Enterprise, Education and IoT Enterprise. It is set by WMI:
    root\standardcimv2\embedded, classes WEKF_PredefinedKey, WEKF_CustomKey and WEKF_Settings. Written by the
    documentation at learn.microsoft.com, not run.
.PARAMETER BreakoutScanCode
    Scan code of the key that leads to the sign-in screen when it is pressed five times in a row. Windows' own is the
    left Windows key (0x5B), which everybody can look up (vector 28): choose another, and tell it to your engineers
    alone. It is not written down by this script.
.PARAMETER Uninstall
    Unblock the keys, and give the breakout key back to Windows. The feature stays installed.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [ValidateRange(1, 255)][int] $BreakoutScanCode,
    [switch] $Uninstall
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$namespace = 'root\standardcimv2\embedded'
$feature = 'Client-KeyboardFilter'
$service = 'MsKeyboardFilter'
$windowsKey = 0x5B
$keys = Import-PowerShellDataFile -Path (Join-Path $PSScriptRoot 'keys.psd1')

function Set-PredefinedKey([string] $Id, [bool] $Blocked) {
    $key = Get-CimInstance -Namespace $namespace -ClassName WEKF_PredefinedKey | Where-Object Id -EQ $Id
    if (-not $key) {
        Write-Warning "this Windows does not know the key combination $Id"
        return
    }
    if ($PSCmdlet.ShouldProcess($Id, "blocked: $Blocked")) {
        Set-CimInstance -InputObject $key -Property @{ Enabled = $Blocked }
    }
}

function Set-CustomKey([string] $Id, [bool] $Blocked) {
    $key = Get-CimInstance -Namespace $namespace -ClassName WEKF_CustomKey | Where-Object Id -EQ $Id
    if (-not $PSCmdlet.ShouldProcess($Id, "blocked: $Blocked")) { return }
    if ($key) {
        Set-CimInstance -InputObject $key -Property @{ Enabled = $Blocked }
    }
    elseif ($Blocked) {
        New-CimInstance -Namespace $namespace -ClassName WEKF_CustomKey -Property @{ Id = $Id; Enabled = $true } | Out-Null
    }
}

function Set-FilterSetting([string] $Name, [string] $Value) {
    $setting = Get-CimInstance -Namespace $namespace -ClassName WEKF_Settings | Where-Object Name -EQ $Name
    if ($PSCmdlet.ShouldProcess($Name, 'set')) {
        Set-CimInstance -InputObject $setting -Property @{ Value = $Value }
    }
}

if ((Get-WindowsOptionalFeature -Online -FeatureName $feature).State -ne 'Enabled') {
    if ($Uninstall) { return }
    if ($PSCmdlet.ShouldProcess($feature, 'install')) {
        Enable-WindowsOptionalFeature -Online -FeatureName $feature -All -NoRestart | Out-Null
    }
    Write-Warning 'restart Windows, then run this once more: the keys can be set when the filter is there'
    return
}

if (-not $Uninstall -and -not $BreakoutScanCode) {
    throw '-BreakoutScanCode is missing: the left Windows key, which is the breakout key otherwise, is no secret'
}
if ($BreakoutScanCode -eq $windowsKey) {
    throw '-BreakoutScanCode is the left Windows key, which is no secret'
}

$blocked = -not $Uninstall
foreach ($id in $keys.Predefined) { Set-PredefinedKey $id $blocked }
foreach ($id in $keys.Custom) { Set-CustomKey $id $blocked }
# Engineers who sign in as administrators keep their keys; a visitor's account never is one (vector 145).
Set-FilterSetting 'DisableKeyboardFilterForAdministrators' 'true'
Set-FilterSetting 'ForceOffAccessibility' $(if ($blocked) { 'true' } else { 'false' })
Set-FilterSetting 'BreakoutKeyScanCode' $(if ($blocked) { "$BreakoutScanCode" } else { "$windowsKey" })

if ($PSCmdlet.ShouldProcess($service, 'start type')) {
    Set-Service -Name $service -StartupType $(if ($blocked) { 'Automatic' } else { 'Disabled' })
}
