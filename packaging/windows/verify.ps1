#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
    Shows what only a real Windows can show of a release: signatures, installation, a WebView2 window with a visit in it,
    keys that lead nowhere, removal. Prints a table, writes verify-report.json.
.DESCRIPTION
    Run once per release: by .github/workflows/windows.yml on a clean runner, or by an engineer on a clean Windows 10 or
    11 in a session that has a screen (not over SSH). Nobody may touch keyboard and mouse meanwhile: it presses keys.
    The visit is one of Enable3's sandbox, which no release has: -Python is that of a development environment made from
    the same commit (README, "Without make, and on Windows"). Without it those rows are skipped.
    NOT RUN so far: no Windows was at hand. Its syntax is checked (tests/build/test_verify_windows.py).

    Exit status: 0 all is well; 1 a row failed; 2 it could not begin; 3 nothing failed, but rows were skipped.
.PARAMETER Setup
    enable3-kiosk-VERSION-setup.exe, or the .msi.
.PARAMETER Python
    python.exe of a development environment: <tree>\.venv\Scripts\python.exe.
.PARAMETER Report
    Where the report goes; pictures and logs go beside it.
.PARAMETER TestRoot
    For a trial, on a machine that is thrown away: throwaway-ca.pem, which is trusted until this ends.
.PARAMETER MemoryLimit
    Megabytes of private memory of the kiosk and its engine with a visit and the spare. 1024 is a guess until measured.
.EXAMPLE
    .\verify.ps1 -Setup enable3-kiosk-1.2.3-setup.exe -Python ..\..\.venv\Scripts\python.exe
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)][string] $Setup,
    [string] $Python,
    [string] $Report = 'verify-report.json',
    [string] $Publisher = 'Enable3',
    [string] $TestRoot,
    [ValidateRange(64, 65536)][int] $MemoryLimit = 1024
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot 'verify\Program.psm1') -Force
Import-Module (Join-Path $PSScriptRoot 'verify\Desktop.psm1') -Force
Import-Module (Join-Path $PSScriptRoot 'verify\Sandbox.psm1') -Force

$folder = Join-Path $env:ProgramFiles 'Enable3 Kiosk'
$kiosk = Join-Path $folder 'kiosk.exe' # for engineers and scripts
$terminal = Join-Path $folder 'kioskw.exe' # the same without a console: what a terminal starts
$began = Get-Date
$rows = [Collections.Generic.List[object]]::new()
$sandbox = $running = $root = $null

# A check returns its evidence as text, throws if it fails, and begins its text with "skipped: " if it could not be made.
function Test-Row([string] $Name, [scriptblock] $Check) {
    try {
        $text = [string](& $Check)
        $status = if ($text.StartsWith('skipped: ')) { 'skipped' } else { 'ok' }
    }
    catch {
        $text = $_.Exception.Message
        $status = 'failed'
    }
    $rows.Add([pscustomobject]@{ name = $Name; status = $status; text = $text })
    Write-Host ('{0,-8} {1,-22} {2}' -f $status, $Name, $text)
}

# What may only fail if what it stands on did not.
function Test-RowIf([bool] $Condition, [string] $Otherwise, [string] $Name, [scriptblock] $Check) {
    if ($Condition) { Test-Row $Name $Check } else { Test-Row $Name ({ "skipped: $Otherwise" }.GetNewClosure()) }
}

function Test-Signatures([string[]] $Paths) {
    foreach ($path in $Paths) {
        $found = Get-AuthenticodeSignature -LiteralPath $path
        if ($found.Status -ne 'Valid') { throw "${path}: $($found.Status): $($found.StatusMessage)" }
        if (-not $found.TimeStamperCertificate) { throw "${path}: no timestamp: the signature ends with the certificate" }
    }
    $subject = (Get-AuthenticodeSignature -LiteralPath $Paths[0]).SignerCertificate.Subject
    if ($subject -notlike "*$Publisher*") { throw "$($Paths[0]) is signed by $subject, not by $Publisher" }
    "$($Paths.Count) files, timestamped, by $subject"
}

function Test-Installed {
    $entries = @(Get-Entry)
    if ($entries.Count -ne 1) { throw "$($entries.Count) entries among the installed programs" }
    $said = (Invoke-Program $kiosk '--version').Out.Trim().Split(' ')[-1]
    $file = (Get-Item -LiteralPath $kiosk).VersionInfo.ProductVersion
    if ($said -ne $entries[0].DisplayVersion -or -not $file.StartsWith($said)) {
        throw "versions differ: it says $said, its file $file, Windows $($entries[0].DisplayVersion)"
    }
    "version $said, by $($entries[0].Publisher)"
}

# The policy is for every account, so no ordinary one may write it: the well-known groups are told by their SIDs.
function Test-PolicyFolder {
    $path = Join-Path $env:ProgramData 'enable3-kiosk'
    $ordinary = 'S-1-1-0', 'S-1-5-11', 'S-1-5-32-545', 'S-1-5-4'
    $write = [Security.AccessControl.FileSystemRights]'Write, Delete, ChangePermissions, TakeOwnership'
    $rules = (Get-Acl -LiteralPath $path).GetAccessRules($true, $true, [Security.Principal.SecurityIdentifier])
    foreach ($rule in $rules) {
        $allows = $rule.AccessControlType -eq 'Allow' -and [int]($rule.FileSystemRights -band $write) -ne 0
        if ($allows -and $ordinary -contains $rule.IdentityReference.Value) {
            throw "$($rule.IdentityReference.Value) may write ${path}: $($rule.FileSystemRights)"
        }
    }
    "$path is written by administrators alone"
}

function Test-Doctor {
    $found = Invoke-Program $kiosk 'doctor', '--json', '--base-url', $sandbox.Url
    if (-not $found.Out) { throw "it said nothing, status $($found.Status): $($found.Err)" }
    $checks = (ConvertFrom-Json $found.Out).checks
    $engine = $checks | Where-Object name -EQ 'engine'
    $lockdown = $checks | Where-Object name -EQ 'lockdown'
    if ($engine.status -ne 'ok') { throw "engine: $($engine.text); $($engine.hint)" }
    if (-not $lockdown.PSObject.Properties['details']) { throw "lockdown: $($lockdown.text)" }
    $open = @($lockdown.details.PSObject.Properties | Where-Object Value -NE 'enforced')
    if ($open) { throw "not enforced: $($open.Name -join ', ')" }
    "$($engine.text); $(@($lockdown.details.PSObject.Properties).Count) restrictions enforced"
}

function Test-Key {
    $set = Invoke-Program $kiosk 'key', 'set', '--base-url', $sandbox.Url -In "$($sandbox.Key)`n"
    if ($set.Status) { throw "key set: $($set.Err)" }
    $balance = Invoke-Program $kiosk 'api', 'balance', '--json', '--user', 'demo', '--base-url', $sandbox.Url
    if ($balance.Status) { throw "api balance: $($balance.Err)" }
    "kept by Windows' Credential Manager; the balance is $((ConvertFrom-Json $balance.Out).balance)"
}

function Get-State { ConvertFrom-Json (Invoke-Program $kiosk 'status', '--json').Out }

function Test-Visit {
    $script:running = Start-Program $terminal 'run', '--user', 'demo', '--feature', 'rewards', '--base-url', $sandbox.Url
    $state = Wait-Until 60 { $now = Get-State; if ($now.state -eq 'visit') { $now } } 'a visit on the screen'
    $picture = Join-Path (Split-Path -Parent $reportPath) 'verify-visit.png'
    # A blank or one-coloured screen has fewer: packaging/dev/demo.py.
    $colours = Wait-Until 30 { $n = Save-Screen $picture; if ($n -ge 32) { $n } } 'more than a blank screen'
    Assert-Front $running
    "$($state.engine) $($state.engine_version); $colours colours in $picture; first paint: see the log"
}

function Test-HandOver {
    $before = (Get-State).visits
    $second = Invoke-Program $kiosk 'run', '--user', 'other', '--base-url', $sandbox.Url
    if ($second.Status) { throw "kiosk run, while one runs: $($second.Status): $($second.Err)" }
    $now = Wait-Until 30 { $s = Get-State; if ($s.visits -gt $before -and $s.state -eq 'visit') { $s } } 'the next visit'
    "visit $($now.visit), by the kiosk that runs; one supervisor: $($now.pid)"
}

function Test-Keys {
    $windows = Get-OtherWindow $running
    $number = (Get-State).visit
    foreach ($combination in Get-WayOut) {
        Send-Key $combination
        Start-Sleep -Milliseconds 700 # what Windows opens, it opens by then
        Assert-Front $running $combination
        $new = @(Get-OtherWindow $running | Where-Object { $windows -notcontains $_ })
        if ($new) { throw "$combination opened: $($new -join ', ')" }
    }
    if ((Get-State).visit -ne $number) { throw 'a key ended the visit' }
    "$(@(Get-WayOut).Count) combinations: the kiosk stays in front, no window opens, the visit goes on"
}

function Test-Memory {
    $used = Get-Tree $running | Measure-Object -Property PrivateMemorySize64 -Sum
    $megabytes = [math]::Round($used.Sum / 1MB)
    if ($megabytes -gt $MemoryLimit) { throw "$megabytes MB, more than $MemoryLimit" }
    "$megabytes MB private, $($used.Count) processes"
}

function Test-End {
    $tree = @(Get-Tree $running | Select-Object -Property Id, StartTime)
    Stop-Process -Id $running.Id -Force # the worst end: nothing of it can clean up after itself
    Wait-Until 20 { if (-not ($tree | Where-Object { Test-Running $_ })) { 'gone' } } 'the end of all its processes' | Out-Null
    $left = { @(Get-ChildItem -Path $env:TEMP -Directory -Filter 'enable3-kiosk-visit-*') }
    Wait-Until 20 { if (-not (& $left)) { 'gone' } } 'the end of what the visit wrote' | Out-Null
    "$($tree.Count) processes and the visit's folder are gone after the supervisor was killed"
}

function Test-EventLog {
    $filter = @{ LogName = 'Application'; StartTime = $began; Level = 1, 2 }
    $found = @(Get-WinEvent -FilterHashtable $filter -ErrorAction SilentlyContinue |
            Where-Object { $_.Message -match 'kioskw?\.exe|msedgewebview2\.exe|CLR20r3' })
    if ($found) { throw "$($found.Count) errors, the last: $($found[0].Message.Split("`n")[0])" }
    'no error of ours since the start of this script'
}

function Test-Removed {
    Uninstall-Kiosk $Setup (Get-Entry)
    $left = {
        Get-Entry | ForEach-Object PSPath
        if (Test-Path -LiteralPath $folder) { $folder; Get-ChildItem $folder -Recurse -Force | ForEach-Object FullName }
    }
    try { Wait-Until 60 { if (-not (& $left)) { 'gone' } } 'the removal' | Out-Null }
    catch { throw "left after 60 s: $((& $left) -join ', ')" }
    if (-not (Test-Path (Join-Path $env:ProgramData 'enable3-kiosk'))) { throw 'the policy folder is gone: an upgrade would lose it' }
    'nothing left but the policy folder'
}

if (-not (Test-Path -LiteralPath $Setup)) { Write-Error "no file $Setup" -ErrorAction Continue; exit 2 }
if (Test-Path -LiteralPath $kiosk) { Write-Error "there is a kiosk here already: $kiosk" -ErrorAction Continue; exit 2 }
$reportPath = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Report)
$Setup = (Resolve-Path -LiteralPath $Setup).ProviderPath

try {
    if ($TestRoot) { $root = Add-Root $TestRoot }
    Test-Row 'signature' { Test-Signatures $Setup }
    Test-Row 'installation' { Install-Kiosk $Setup; Test-Installed }
    $there = Test-Path -LiteralPath $kiosk
    Test-RowIf $there 'not installed' 'signatures inside' {
        Test-Signatures (@($kiosk) + @(Get-ChildItem $folder -Recurse -Include *.exe, *.dll, *.pyd).FullName)
    }
    Test-RowIf $there 'not installed' 'policy folder' { Test-PolicyFolder }
    if ($there -and $Python) { Test-Row 'sandbox' { $script:sandbox = Start-Sandbox $Python; "at $($sandbox.Url)" } }
    $served = $null -ne $sandbox
    Test-RowIf $served 'no sandbox: give -Python' 'key' { Test-Key }
    Test-RowIf $served 'no sandbox: give -Python' 'doctor' { Test-Doctor }
    $seen = $served -and [Environment]::UserInteractive
    Test-RowIf $seen 'no sandbox, or no screen' 'visit' { Test-Visit }
    $visiting = $null -ne $running -and (Test-Running $running)
    Test-RowIf $visiting 'no visit' 'hand-over' { Test-HandOver }
    Test-RowIf $visiting 'no visit' 'keys' { Test-Keys }
    Test-RowIf $visiting 'no visit' 'memory' { Test-Memory }
    Test-RowIf $visiting 'no visit' 'end' { Test-End }
    Test-RowIf $served 'no sandbox: give -Python' 'key deleted' {
        $done = Invoke-Program $kiosk 'key', 'delete', '--base-url', $sandbox.Url
        if ($done.Status) { throw $done.Err }
        'from the Credential Manager'
    }
    Test-Row 'event log' { Test-EventLog }
    Test-RowIf $there 'not installed' 'removal' { Test-Removed }
}
finally {
    if ($running -and (Test-Running $running)) { Stop-Process -Id $running.Id -Force }
    if ($sandbox) { Stop-Sandbox $sandbox }
    if ($root) { Remove-Root $root }
}

$system = (Get-CimInstance Win32_OperatingSystem)
$result = [ordered]@{
    setup   = Split-Path -Leaf $Setup
    sha256  = (Get-FileHash -Algorithm SHA256 -LiteralPath $Setup).Hash.ToLowerInvariant()
    windows = "$($system.Caption) $($system.Version)"
    began   = $began.ToUniversalTime().ToString('o')
    rows    = $rows
}
ConvertTo-Json -InputObject $result -Depth 4 | Set-Content -LiteralPath $reportPath -Encoding UTF8
$rows | Format-Table -AutoSize -Wrap -Property status, name, text | Out-String -Width 160 | Write-Host
if ($rows | Where-Object status -EQ 'failed') { exit 1 }
if ($rows | Where-Object status -EQ 'skipped') { exit 3 }
exit 0
