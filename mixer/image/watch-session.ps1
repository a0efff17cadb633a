# Watches that the mixer's desktop session exists. Logon settings made during the first boot may come too late for that boot's
# logon screen; then one restart helps. At most three restarts: a machine that still has no session is for people to look at.
$state = 'C:\stream-control\restarts.txt'
# A machine from a specialised image has the account and the password of the one that was captured: it gets its own, once, and
# restarts into it.
$captured = 'C:\stream-control\captured.txt'
if (Test-Path $captured) {
  & 'C:\stream-control\first-boot.ps1'
  Remove-Item $captured
  Restart-Computer -Force
  exit 0
}
for ($waited = 0; $waited -lt 90; $waited += 5) {
  if (Get-Process explorer -IncludeUserName -ErrorAction SilentlyContinue | Where-Object UserName -like '*\mixer') {
    Remove-Item $state -ErrorAction SilentlyContinue
    exit 0
  }
  Start-Sleep 5
}
$count = if (Test-Path $state) { [int](Get-Content $state) } else { 0 }
Write-EventLog -LogName System -Source EventLog -EventId 6008 -EntryType Warning -Message "stream-control: no session of 'mixer' after 90 s, restart $($count + 1)" -ErrorAction SilentlyContinue
if ($count -ge 3) { exit 1 }
Set-Content $state ($count + 1)
Restart-Computer -Force
