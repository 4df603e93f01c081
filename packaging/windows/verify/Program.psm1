# For verify.ps1: runs programs and installers, waits, and knows which processes are the kiosk's. NOT RUN.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

# Windows' own rule for quoting, CommandLineToArgvW: ProcessStartInfo.ArgumentList is not in .NET Framework.
function Format-Argument([string] $Value) {
    if ($Value -notmatch '[\s"]' -and $Value) { return $Value }
    '"' + ($Value -replace '(\\*)"', '$1$1\"' -replace '(\\+)$', '$1$1') + '"'
}

function New-StartInfo([string] $Path, [string[]] $Arguments) {
    $info = [Diagnostics.ProcessStartInfo]::new($Path)
    $info.Arguments = ($Arguments | ForEach-Object { Format-Argument $_ }) -join ' '
    $info.UseShellExecute = $false
    $info
}

# Runs a program to its end. Its output is read through pipes: kiosk.exe has no console of its own.
function Invoke-Program {
    [CmdletBinding()]
    param([string] $Path, [string[]] $Arguments, [string] $In = '', [int] $Seconds = 120)
    $info = New-StartInfo $Path $Arguments
    $info.RedirectStandardInput = $info.RedirectStandardOutput = $info.RedirectStandardError = $true
    $info.StandardOutputEncoding = $info.StandardErrorEncoding = [Text.UTF8Encoding]::new($false)
    $process = [Diagnostics.Process]::Start($info)
    $out = $process.StandardOutput.ReadToEndAsync()
    $err = $process.StandardError.ReadToEndAsync()
    # As bytes: the writer of .NET Framework would put a byte order mark before or after them on a UTF-8 console.
    $bytes = [Text.Encoding]::ASCII.GetBytes($In)
    $process.StandardInput.BaseStream.Write($bytes, 0, $bytes.Length)
    $process.StandardInput.BaseStream.Close()
    if (-not $process.WaitForExit($Seconds * 1000)) {
        $process.Kill()
        throw "$(Split-Path -Leaf $Path) $($Arguments[0]) did not end within $Seconds s"
    }
    [pscustomobject]@{ Status = $process.ExitCode; Out = $out.Result; Err = $err.Result.Trim() }
}

function Start-Program([string] $Path, [string[]] $Arguments) {
    [Diagnostics.Process]::Start((New-StartInfo $Path $Arguments))
}

# Returns the first result of the block that is something; throws what was waited for after that many seconds.
function Wait-Until([int] $Seconds, [scriptblock] $Block, [string] $What) {
    $end = (Get-Date).AddSeconds($Seconds)
    $last = ''
    while ((Get-Date) -lt $end) {
        try { if ($found = & $Block) { return $found } } catch { $last = ": $($_.Exception.Message)" }
        Start-Sleep -Milliseconds 250
    }
    throw "waited $Seconds s for $What$last"
}

function Test-Running($Process) {
    $now = Get-Process -Id $Process.Id -ErrorAction SilentlyContinue
    $null -ne $now -and $now.StartTime -eq $Process.StartTime # a number is used again
}

# The process and all below it, as they are now.
function Get-Tree($Process) {
    $all = Get-CimInstance Win32_Process -Property ProcessId, ParentProcessId
    $ids = [Collections.Generic.HashSet[uint32]]::new()
    [void]$ids.Add([uint32]$Process.Id)
    do {
        $count = $ids.Count
        foreach ($one in $all) { if ($ids.Contains($one.ParentProcessId)) { [void]$ids.Add($one.ProcessId) } }
    } while ($ids.Count -gt $count)
    Get-Process -Id @($ids) -ErrorAction SilentlyContinue
}

# What Windows lists among the installed programs.
function Get-Entry {
    $list = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*'
    Get-ItemProperty $list | Where-Object { $_.PSObject.Properties['DisplayName'] -and $_.DisplayName -like 'Enable3 Kiosk*' }
}

function Invoke-Installer([string] $Path, [string[]] $Arguments) {
    $done = Invoke-Program $Path $Arguments -Seconds 600
    if ($done.Status -notin 0, 3010) { throw "$(Split-Path -Leaf $Path) ended with $($done.Status)" } # 3010: restart to finish
}

function Install-Kiosk([string] $Setup) {
    if ($Setup -like '*.msi') {
        Invoke-Installer "$env:SystemRoot\System32\msiexec.exe" '/i', $Setup, '/qn', '/norestart', '/l*v', "$env:TEMP\kiosk-install.log"
    }
    else { Invoke-Installer $Setup '/S' }
}

function Uninstall-Kiosk([string] $Setup, $Entry) {
    if ($Setup -like '*.msi') {
        Invoke-Installer "$env:SystemRoot\System32\msiexec.exe" '/x', $Setup, '/qn', '/norestart'
        return
    }
    # "path" /S: the uninstaller copies itself elsewhere and ends at once, so what it does is waited for by the caller.
    $path = [regex]::Match($Entry.QuietUninstallString, '^"([^"]+)"').Groups[1].Value
    if (-not $path) { throw "QuietUninstallString is not understood: $($Entry.QuietUninstallString)" }
    Invoke-Installer $path '/S'
}

# Whom this machine trusts, for every account. The certificate's file is PEM.
function Use-RootStore([scriptblock] $Block) {
    $store = [Security.Cryptography.X509Certificates.X509Store]::new('Root', 'LocalMachine')
    $store.Open('ReadWrite')
    try { & $Block $store } finally { $store.Close() }
}

function Add-Root([string] $Path) {
    $certificate = [Security.Cryptography.X509Certificates.X509Certificate2]::new((Resolve-Path -LiteralPath $Path).ProviderPath)
    Use-RootStore { param($store) $store.Add($certificate) }
    $certificate
}

function Remove-Root($Certificate) { Use-RootStore { param($store) $store.Remove($Certificate) } }

Export-ModuleMember -Function Add-Root, Remove-Root, Invoke-Program, Start-Program, Wait-Until, Test-Running, Get-Tree, Get-Entry, Install-Kiosk, Uninstall-Kiosk
