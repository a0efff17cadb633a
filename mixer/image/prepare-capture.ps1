# Makes a mixer that has booted ready to be captured as a specialised image: OBS has been up once, and nothing that is this machine's
# own stays in the copy. Runs once, as SYSTEM, by Run Command (activities/images/machine.ts). Any failure fails the build.
param(
  [string] $Root = 'C:\stream-control',
  [int] $WaitSeconds = 600
)
$ErrorActionPreference = 'Stop'

# The first boot is over when the mixer's session exists and OBS has come up in it: its caches and profile are then on the disk.
function Wait-Warm([int] $seconds) {
  for ($waited = 0; $waited -lt $seconds; $waited += 5) {
    if (Get-Process obs64 -ErrorAction SilentlyContinue) { return $true }
    Start-Sleep 5
  }
  return $false
}

# What must not be in everybody's machine. Running it twice changes nothing.
function Remove-Own([string] $root) {
  Get-ChildItem (Join-Path $root 'logs') -File -ErrorAction SilentlyContinue | Remove-Item -Force
  Remove-Item (Join-Path $root 'restarts.txt') -Force -ErrorAction SilentlyContinue
  # watch-session.ps1 sees a machine of another id and makes account, password and logon anew there.
  Set-Content (Join-Path $root 'captured.txt') 'captured'
}

if ($MyInvocation.InvocationName -ne '.') {
  if (-not (Wait-Warm $WaitSeconds)) { throw "Cannot capture as OBS did not come up within $WaitSeconds s" }
  Stop-ScheduledTask 'stream-control agent' -ErrorAction SilentlyContinue
  Get-Process obs64, node -ErrorAction SilentlyContinue | Stop-Process -Force
  Remove-Own $Root
  Write-Host 'ready to be captured'
}
