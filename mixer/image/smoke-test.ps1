# Run by the image build after the installation and a restart: an image whose agent cannot bring up OBS is not distributed.
$ErrorActionPreference = 'Stop'
$home_ = 'C:\stream-control'
foreach ($file in "$home_\node\node.exe", "$home_\mixer\agent\main.js", "$home_\agent.cmd", "$home_\first-boot.ps1", 'C:\Program Files\obs-studio\bin\64bit\obs64.exe', "$env:windir\Setup\Scripts\SetupComplete.cmd") {
  if (-not (Test-Path $file)) { throw "Cannot pass the image: $file is missing" }
}
if ((Get-ItemProperty 'HKLM:\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU').NoAutoUpdate -ne 1) { throw 'Cannot pass the image: updates are on' }

# A mixer with no relay to pull from and no control plane to talk to must still start OBS and configure it.
$nowhere = @{ host = '127.0.0.1'; port = 9 }
$test = Join-Path $env:TEMP 'smoke'
New-Item -ItemType Directory -Force $test | Out-Null
@{ egress = 'smoke-test-only'; token = 'smoke-test-only' } | ConvertTo-Json | Set-Content -Encoding ascii "$test\secrets.json"
@{
  secretsFile = "$test\secrets.json"
  userData = @{
    v = 1; deploymentId = 'smoke-a-b'; event = 'smoke'; language = 'original'; controlPlaneUrl = 'http://127.0.0.1:9'; vaultUrl = 'https://unused.example'
    secrets = @{ streamKey = 'key'; egress = 'egress'; agentToken = 'token' }; programme = $nowhere; slides = $nowhere
  }
} | ConvertTo-Json -Depth 5 | Set-Content -Encoding ascii "$test\settings.json"
$agent = Start-Process "$home_\node\node.exe" -ArgumentList "$home_\mixer\agent\main.js", "$test\settings.json" -PassThru -RedirectStandardOutput "$test\out.log" -RedirectStandardError "$test\error.log"
try {
  for ($waited = 0; $waited -lt 120; $waited++) {
    if ((Get-Content "$test\out.log" -ErrorAction SilentlyContinue) -match '"obs-ready"') { Write-Host "OBS ready after $waited s"; exit 0 }
    if ($agent.HasExited) { break }
    Start-Sleep 1
  }
  Get-Content "$test\out.log", "$test\error.log" | Write-Host
  throw 'Cannot pass the image: the agent did not bring up OBS within two minutes'
} finally {
  # The build's machine becomes the image: nothing of the test may stay.
  Stop-Process -Id $agent.Id -Force -ErrorAction SilentlyContinue
  Get-Process obs64 -ErrorAction SilentlyContinue | Stop-Process -Force
  Start-Sleep 1
  Remove-Item $test, "$env:APPDATA\obs-studio" -Recurse -Force -ErrorAction SilentlyContinue
}
