# Makes a mixer image out of a plain Windows Server: OBS, Node, the agent, fonts, and nothing that interrupts a live event.
# Runs once, elevated, in the image build (image.bicep). Any failure fails the build.
param(
  [Parameter(Mandatory)] [string] $ObsUrl,      # https://github.com/obsproject/obs-studio/releases/download/.../OBS-Studio-...-Windows-Installer.exe
  [Parameter(Mandatory)] [string] $ObsSha256,
  [Parameter(Mandatory)] [string] $NodeUrl,     # https://nodejs.org/dist/.../node-...-win-x64.zip
  [Parameter(Mandatory)] [string] $NodeSha256,
  [string] $Source = $PSScriptRoot
)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue' # the progress bar makes downloads many times slower in Windows PowerShell
[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12
$home_ = 'C:\stream-control'

function Get-Verified([string] $url, [string] $sha256, [string] $file) {
  Invoke-WebRequest -Uri $url -OutFile $file -UseBasicParsing
  $actual = (Get-FileHash $file -Algorithm SHA256).Hash
  if ($actual -ne $sha256) { throw "Cannot use ${url}: its SHA-256 is $actual where $sha256 is expected" }
}
function Set-Value([string] $path, [string] $name, $value, [string] $type = 'DWord') {
  if (-not (Test-Path $path)) { New-Item -Path $path -Force | Out-Null }
  New-ItemProperty -Path $path -Name $name -Value $value -PropertyType $type -Force | Out-Null
}

# OBS needs Media Foundation, which Windows Server leaves out.
if (Get-Command Install-WindowsFeature -ErrorAction SilentlyContinue) { Install-WindowsFeature Server-Media-Foundation | Out-Null }

New-Item -ItemType Directory -Force $home_, "$home_\logs" | Out-Null
Get-Verified $ObsUrl $ObsSha256 "$env:TEMP\obs.exe"
$setup = Start-Process "$env:TEMP\obs.exe" -ArgumentList '/S' -Wait -PassThru
if ($setup.ExitCode -ne 0) { throw "Cannot install OBS: its setup ended with $($setup.ExitCode)" }
Get-Verified $NodeUrl $NodeSha256 "$env:TEMP\node.zip"
Expand-Archive "$env:TEMP\node.zip" "$env:TEMP\node" -Force
Move-Item (Get-ChildItem "$env:TEMP\node" -Directory | Select-Object -First 1).FullName "$home_\node"

Copy-Item "$Source\mixer", "$Source\contract", "$Source\node_modules", "$Source\package.json", "$Source\first-boot.ps1", "$Source\watch-session.ps1", "$Source\prepare-capture.ps1" $home_ -Recurse -Force
# Restarts the agent whenever it ends; OBS keeps running meanwhile and is taken over.
@"
@echo off
:again
"$home_\node\node.exe" "$home_\mixer\agent\main.js" >> "$home_\logs\agent.log" 2>&1
timeout /t 2 /nobreak > nul
goto again
"@ | Set-Content -Encoding ascii "$home_\agent.cmd"

# Fonts for titles outside of Latin, Greek and Cyrillic. Not every server edition offers all of them.
foreach ($script in 'Arab', 'Deva', 'Hans', 'Hebr', 'Jpan', 'Kore', 'Thai') {
  Get-WindowsCapability -Online -Name "Language.Fonts.$script*" -ErrorAction SilentlyContinue |
    Where-Object State -ne 'Installed' | ForEach-Object {
      try { $_ | Add-WindowsCapability -Online | Out-Null } catch { Write-Host "no fonts for ${script}: $_" }
    }
}

# Nothing may restart, lock, scan or greet a machine that is on air.
$policies = 'HKLM:\SOFTWARE\Policies\Microsoft'
Set-Value "$policies\Windows\WindowsUpdate\AU" 'NoAutoUpdate' 1
Set-Value "$policies\Windows\Personalization" 'NoLockScreen' 1
Set-Value "$policies\Windows NT\Reliability" 'ShutdownReasonOn' 0
Set-Value 'HKLM:\SOFTWARE\Microsoft\ServerManager' 'DoNotOpenServerManagerAtLogon' 1
Set-Value 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System' 'InactivityTimeoutSecs' 0
powercfg /setactive 8c5e7fda-e8bf-4a96-9a85-a6e23a8c635c
foreach ($timeout in 'monitor-timeout-ac', 'standby-timeout-ac', 'hibernate-timeout-ac') { powercfg /change $timeout 0 }
Add-MpPreference -ExclusionPath 'C:\Program Files\obs-studio', $home_ -ErrorAction SilentlyContinue
# obs-websocket listens on all addresses; only the agent on the same machine may reach it.
New-NetFirewallRule -DisplayName 'stream-control: obs-websocket' -Direction Inbound -Protocol TCP -LocalPort 4455 -Action Block | Out-Null
# Lets an administrator look at and control the mixer's own session (mstsc /shadow); RDP alone opens another one without OBS.
Set-Value "$policies\Windows NT\Terminal Services" 'Shadow' 2

# The account and its automatic logon are made on each machine's first boot: a password in an image would be everybody's.
New-Item -ItemType Directory -Force "$env:windir\Setup\Scripts" | Out-Null
"powershell -NoProfile -ExecutionPolicy Bypass -File $home_\first-boot.ps1 >> $home_\logs\first-boot.log 2>&1" |
  Set-Content -Encoding ascii "$env:windir\Setup\Scripts\SetupComplete.cmd"
