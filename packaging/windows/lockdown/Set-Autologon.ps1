#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
    Has Windows sign the terminal's account in, with its password as an LSA secret and never in the registry.
.DESCRIPTION
    Winlogon takes the password from the secret DefaultPassword if there is no value of that name in its key, which
    everybody may read (vector 144). Source: "Protecting the Automatic Logon Password", learn.microsoft.com. Not run.
.PARAMETER User
    The local account.
.PARAMETER Password
    Its password. Nobody needs to know it: Install-Lockdown.ps1 makes one up.
.PARAMETER Uninstall
    Sign nobody in any more, and forget the secret.
#>
[CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Install')]
param(
    [Parameter(Mandatory, ParameterSetName = 'Install')][string] $User,
    [Parameter(Mandatory, ParameterSetName = 'Install')][securestring] $Password,
    [Parameter(Mandatory, ParameterSetName = 'Uninstall')][switch] $Uninstall
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$winlogon = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon'

Add-Type -TypeDefinition @'
using System;
using System.Runtime.InteropServices;

public static class Enable3LsaSecret
{
    [StructLayout(LayoutKind.Sequential)]
    struct UnicodeString { public ushort Length; public ushort MaximumLength; public IntPtr Buffer; }

    [StructLayout(LayoutKind.Sequential)]
    struct ObjectAttributes
    {
        public int Length; public IntPtr RootDirectory; public IntPtr ObjectName;
        public uint Attributes; public IntPtr SecurityDescriptor; public IntPtr SecurityQualityOfService;
    }

    const uint PolicyCreateSecret = 0x20;

    [DllImport("advapi32.dll")]
    static extern uint LsaOpenPolicy(IntPtr system, ref ObjectAttributes attributes, uint access, out IntPtr policy);
    [DllImport("advapi32.dll")]
    static extern uint LsaStorePrivateData(IntPtr policy, ref UnicodeString name, IntPtr data);
    [DllImport("advapi32.dll")]
    static extern int LsaNtStatusToWinError(uint status);
    [DllImport("advapi32.dll")]
    static extern uint LsaClose(IntPtr policy);

    // data: the secret's characters, allocated by Marshal.SecureStringToGlobalAllocUnicode, or zero to forget it.
    public static void Store(string name, IntPtr data, int characters)
    {
        var attributes = new ObjectAttributes { Length = Marshal.SizeOf(typeof(ObjectAttributes)) };
        IntPtr policy;
        Check(LsaOpenPolicy(IntPtr.Zero, ref attributes, PolicyCreateSecret, out policy));
        var key = new UnicodeString
        {
            Length = (ushort)(name.Length * 2), MaximumLength = (ushort)(name.Length * 2 + 2),
            Buffer = Marshal.StringToHGlobalUni(name)
        };
        var place = Marshal.AllocHGlobal(Marshal.SizeOf(typeof(UnicodeString)));
        try
        {
            var value = new UnicodeString
            {
                Length = (ushort)(characters * 2), MaximumLength = (ushort)(characters * 2 + 2), Buffer = data
            };
            Marshal.StructureToPtr(value, place, false);
            Check(LsaStorePrivateData(policy, ref key, data == IntPtr.Zero ? IntPtr.Zero : place));
        }
        finally
        {
            Marshal.FreeHGlobal(place);
            Marshal.FreeHGlobal(key.Buffer);
            LsaClose(policy);
        }
    }

    static void Check(uint status)
    {
        if (status != 0) throw new System.ComponentModel.Win32Exception(LsaNtStatusToWinError(status));
    }
}
'@

if ($Uninstall) {
    if ($PSCmdlet.ShouldProcess('Winlogon', 'no automatic sign-in')) {
        Set-ItemProperty -Path $winlogon -Name AutoAdminLogon -Value '0'
        [Enable3LsaSecret]::Store('DefaultPassword', [IntPtr]::Zero, 0)
    }
    return
}

if ($PSCmdlet.ShouldProcess($User, 'automatic sign-in')) {
    $characters = [Runtime.InteropServices.Marshal]::SecureStringToGlobalAllocUnicode($Password)
    try {
        [Enable3LsaSecret]::Store('DefaultPassword', $characters, $Password.Length)
    }
    finally {
        [Runtime.InteropServices.Marshal]::ZeroFreeGlobalAllocUnicode($characters)
    }
    Remove-ItemProperty -Path $winlogon -Name DefaultPassword -ErrorAction SilentlyContinue
    Set-ItemProperty -Path $winlogon -Name DefaultUserName -Value $User
    Set-ItemProperty -Path $winlogon -Name DefaultDomainName -Value $env:COMPUTERNAME
    Set-ItemProperty -Path $winlogon -Name AutoAdminLogon -Value '1'
}
