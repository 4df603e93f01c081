# For verify.ps1: an Enable3 on this machine alone, from a development environment of the same commit. NOT RUN.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

# It says where it is in one line of JSON, and ends when its standard input does: also when this script is killed.
function Start-Sandbox([string] $Python) {
    $path = (Resolve-Path -LiteralPath $Python).ProviderPath
    $info = [Diagnostics.ProcessStartInfo]::new($path)
    $info.Arguments = '-m kiosk sandbox --port 0 --json --until-stdin-closes'
    $info.UseShellExecute = $false
    $info.RedirectStandardInput = $info.RedirectStandardOutput = $true
    $process = [Diagnostics.Process]::Start($info)
    $line = $process.StandardOutput.ReadLineAsync()
    if (-not $line.Wait(60000)) {
        $process.Kill()
        throw 'the sandbox said nothing for 60 s'
    }
    if (-not $line.Result) { throw "the sandbox ended: is the kiosk installed for $path, with the extra `"sandbox`"?" }
    $told = ConvertFrom-Json $line.Result
    [pscustomobject]@{ Process = $process; Url = $told.base_url; Key = $told.api_key }
}

function Stop-Sandbox($Sandbox) {
    $Sandbox.Process.StandardInput.Close()
    if (-not $Sandbox.Process.WaitForExit(10000)) { $Sandbox.Process.Kill() }
}

Export-ModuleMember -Function Start-Sandbox, Stop-Sandbox
