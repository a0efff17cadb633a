# First boot of a mixer: makes the account that owns the desktop session OBS draws in, and lets it log on by itself.
# OBS has no headless mode on Windows: without a logged-on desktop there is no picture.
$ErrorActionPreference = 'Stop'
$name = 'mixer'
$bytes = New-Object byte[] 24
[Security.Cryptography.RandomNumberGenerator]::Create().GetBytes($bytes)
$password = 'aA1!' + [Convert]::ToBase64String($bytes)
$secure = ConvertTo-SecureString $password -AsPlainText -Force
if (Get-LocalUser $name -ErrorAction SilentlyContinue) { Set-LocalUser $name -Password $secure }
else { New-LocalUser $name -Password $secure -PasswordNeverExpires -UserMayNotChangePassword | Out-Null }
$users = Get-LocalGroup -SID 'S-1-5-32-545'
if (-not (Get-LocalGroupMember $users -Member $name -ErrorAction SilentlyContinue)) { Add-LocalGroupMember $users -Member $name }

# Winlogon takes the password from the LSA secret DefaultPassword when the registry has none, where any user could read it
# (Microsoft Learn, "Protecting the Automatic Logon Password").
Add-Type -TypeDefinition @'
using System;
using System.ComponentModel;
using System.Runtime.InteropServices;
public static class Lsa {
  [StructLayout(LayoutKind.Sequential)] struct Text { public ushort Length, MaximumLength; public IntPtr Buffer; }
  [StructLayout(LayoutKind.Sequential)] struct Attributes { public int Length; public IntPtr Root, Name; public uint Flags; public IntPtr Descriptor, Quality; }
  [DllImport("advapi32")] static extern uint LsaOpenPolicy(IntPtr system, ref Attributes attributes, uint access, out IntPtr policy);
  [DllImport("advapi32")] static extern uint LsaStorePrivateData(IntPtr policy, ref Text key, ref Text value);
  [DllImport("advapi32")] static extern uint LsaNtStatusToWinError(uint status);
  [DllImport("advapi32")] static extern uint LsaClose(IntPtr policy);
  static Text Of(string s) {
    return new Text { Buffer = Marshal.StringToHGlobalUni(s), Length = (ushort)(s.Length * 2), MaximumLength = (ushort)(s.Length * 2 + 2) };
  }
  static void Check(uint status) { if (status != 0) throw new Win32Exception((int)LsaNtStatusToWinError(status)); }
  public static void Store(string key, string value) {
    var attributes = new Attributes { Length = Marshal.SizeOf(typeof(Attributes)) };
    IntPtr policy;
    Check(LsaOpenPolicy(IntPtr.Zero, ref attributes, 0x20 /* POLICY_CREATE_SECRET */, out policy));
    try { Text k = Of(key), v = Of(value); Check(LsaStorePrivateData(policy, ref k, ref v)); } finally { LsaClose(policy); }
  }
}
'@
[Lsa]::Store('DefaultPassword', $password)
$winlogon = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon'
Remove-ItemProperty $winlogon 'DefaultPassword', 'AutoLogonCount' -ErrorAction SilentlyContinue
Set-ItemProperty $winlogon 'AutoAdminLogon' '1'
Set-ItemProperty $winlogon 'ForceAutoLogon' '1'
Set-ItemProperty $winlogon 'DefaultUserName' $name
Set-ItemProperty $winlogon 'DefaultDomainName' $env:COMPUTERNAME

icacls 'C:\stream-control\logs' /grant "${name}:(OI)(CI)M" | Out-Null
$settings = New-ScheduledTaskSettingsSet -ExecutionTimeLimit ([TimeSpan]::Zero) -MultipleInstances IgnoreNew -AllowStartIfOnBatteries
Register-ScheduledTask 'stream-control agent' -Force -Settings $settings `
  -Trigger (New-ScheduledTaskTrigger -AtLogOn -User $name) `
  -Principal (New-ScheduledTaskPrincipal -UserId $name -LogonType Interactive) `
  -Action (New-ScheduledTaskAction -Execute 'C:\stream-control\agent.cmd') | Out-Null
Register-ScheduledTask 'stream-control session' -Force -Settings $settings `
  -Trigger (New-ScheduledTaskTrigger -AtStartup) `
  -Principal (New-ScheduledTaskPrincipal -UserId 'SYSTEM' -LogonType ServiceAccount -RunLevel Highest) `
  -Action (New-ScheduledTaskAction -Execute 'powershell' -Argument '-NoProfile -ExecutionPolicy Bypass -File C:\stream-control\watch-session.ps1') | Out-Null
Start-ScheduledTask 'stream-control session'
