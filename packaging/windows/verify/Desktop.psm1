# For verify.ps1: what is on the screen, who is in front, and keys as a keyboard sends them (SendInput). NOT RUN.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot 'Program.psm1')
Add-Type -AssemblyName System.Drawing, System.Windows.Forms

# winuser.h. INPUT has a union: MOUSEINPUT is its largest part, and fixes the size for 64 bits.
Add-Type -TypeDefinition @'
using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Runtime.InteropServices;

public static class KioskDesktop
{
    [StructLayout(LayoutKind.Sequential)]
    struct Keyboard { public ushort Key, Scan; public uint Flags, Time; public IntPtr Extra; }

    [StructLayout(LayoutKind.Explicit, Size = 40)]
    struct Input { [FieldOffset(0)] public uint Type; [FieldOffset(8)] public Keyboard Keyboard; }

    delegate bool Each(IntPtr window, IntPtr unused);

    [DllImport("user32.dll", SetLastError = true)] static extern uint SendInput(uint count, Input[] inputs, int size);
    [DllImport("user32.dll")] static extern IntPtr GetForegroundWindow();
    [DllImport("user32.dll")] static extern uint GetWindowThreadProcessId(IntPtr window, out uint process);
    [DllImport("user32.dll")] static extern bool EnumWindows(Each each, IntPtr unused);
    [DllImport("user32.dll")] static extern bool IsWindowVisible(IntPtr window);

    public static uint Front()
    {
        uint process;
        GetWindowThreadProcessId(GetForegroundWindow(), out process);
        return process;
    }

    // Process and handle of every window that is shown.
    public static List<KeyValuePair<uint, long>> Windows()
    {
        var found = new List<KeyValuePair<uint, long>>();
        EnumWindows((window, unused) =>
        {
            uint process;
            if (IsWindowVisible(window))
            {
                GetWindowThreadProcessId(window, out process);
                found.Add(new KeyValuePair<uint, long>(process, window.ToInt64()));
            }
            return true;
        }, IntPtr.Zero);
        return found;
    }

    // Down in this order, up in the other one.
    public static void Press(ushort[] keys)
    {
        var inputs = new Input[keys.Length * 2];
        for (int i = 0; i < keys.Length; i++)
        {
            inputs[i].Type = inputs[inputs.Length - 1 - i].Type = 1; // INPUT_KEYBOARD
            inputs[i].Keyboard.Key = inputs[inputs.Length - 1 - i].Keyboard.Key = keys[i];
            inputs[inputs.Length - 1 - i].Keyboard.Flags = 2; // KEYEVENTF_KEYUP
        }
        if (SendInput((uint)inputs.Length, inputs, Marshal.SizeOf(typeof(Input))) != inputs.Length)
            throw new Win32Exception(Marshal.GetLastWin32Error());
    }
}
'@

# Virtual keys, winuser.h. Ctrl+Alt+Del and Win+L are not among the ways out below: Windows takes them from nobody's
# SendInput, and without the lock-down kit's Keyboard Filter they work.
$codes = @{
    Ctrl = 0x11; Shift = 0x10; Alt = 0x12; Win = 0x5B; Tab = 0x09; Esc = 0x1B; Space = 0x20; Menu = 0x5D
    F1 = 0x70; F3 = 0x72; F4 = 0x73; F5 = 0x74; F6 = 0x75; F10 = 0x79; F11 = 0x7A; F12 = 0x7B; PrtScn = 0x2C
    Left = 0x25; Home = 0x24; BrowserHome = 0xAC; BrowserSearch = 0xAA; LaunchMail = 0xB4; LaunchApp2 = 0xB7
}

# Each with the number that it has in docs/breakouts.md.
function Get-WayOut {
    'Alt+F4', 'Alt+Tab', 'Alt+Esc', 'Win', 'Ctrl+Esc' # 2 to 4
    'Win+D', 'Win+E', 'Win+R', 'Win+X', 'Win+I', 'Win+U', 'Win+Tab', 'Win+P', 'Win+S', 'Win+V' # 5 to 15
    'Ctrl+Shift+Esc', 'PrtScn', 'Win+Shift+S', 'Alt+Space', 'Shift+F10', 'Menu', 'F1' # 17 to 26
    'BrowserHome', 'BrowserSearch', 'LaunchMail', 'LaunchApp2' # 27
    'Ctrl+N', 'Ctrl+T', 'Ctrl+W', 'Ctrl+O', 'Ctrl+S', 'Ctrl+P', 'Ctrl+J', 'Ctrl+L', 'F6' # 31 to 35
    'F12', 'Ctrl+Shift+I', 'Ctrl+U', 'F11', 'Esc', 'F5', 'Ctrl+R', 'Alt+Left', 'Ctrl+F', 'F3' # 36 to 41
}

function Send-Key([string] $Combination) {
    $keys = foreach ($name in $Combination.Split('+')) {
        if ($codes.ContainsKey($name)) { $codes[$name] }
        elseif ($name -cmatch '^[A-Z0-9]$') { [int][char]$name }
        else { throw "no key $name" }
    }
    [KioskDesktop]::Press([uint16[]]@($keys))
}

function Get-Name([int] $Id) {
    $process = Get-Process -Id $Id -ErrorAction SilentlyContinue
    if ($process) { $process.ProcessName } else { 'nobody' }
}

function Assert-Front($Process, [string] $After = 'the start') {
    $front = [int][KioskDesktop]::Front()
    if (@(Get-Tree $Process).Id -notcontains $front) {
        throw "after $After, $(Get-Name $front) ($front) is in front"
    }
}

# The windows that are shown and are not of the kiosk, each as text that tells it from others.
function Get-OtherWindow($Process) {
    $own = @(Get-Tree $Process).Id
    foreach ($window in [KioskDesktop]::Windows()) {
        if ($own -notcontains [int]$window.Key) {
            "$(Get-Name $window.Key) ($($window.Key), window $($window.Value))"
        }
    }
}

# Writes a picture of the primary screen; returns how many colours a grid of points on it has.
function Save-Screen([string] $Path) {
    $bounds = [Windows.Forms.Screen]::PrimaryScreen.Bounds
    $bitmap = [Drawing.Bitmap]::new($bounds.Width, $bounds.Height)
    $graphics = [Drawing.Graphics]::FromImage($bitmap)
    try {
        $graphics.CopyFromScreen($bounds.Location, [Drawing.Point]::Empty, $bounds.Size)
        $bitmap.Save($Path, [Drawing.Imaging.ImageFormat]::Png)
        $colours = [Collections.Generic.HashSet[int]]::new()
        for ($x = 0; $x -lt $bounds.Width; $x += 4) {
            for ($y = 0; $y -lt $bounds.Height; $y += 4) { [void]$colours.Add($bitmap.GetPixel($x, $y).ToArgb()) }
        }
        $colours.Count
    }
    finally {
        $graphics.Dispose()
        $bitmap.Dispose()
    }
}

Export-ModuleMember -Function Get-WayOut, Send-Key, Assert-Front, Get-OtherWindow, Save-Screen
