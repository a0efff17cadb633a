# What of mixer/image can be tested without Windows: that it parses, its functions that touch files only, that doing it twice is as doing
# it once, and that no password is printed. What needs Windows is listed in docs/operate/mixer-image.md.
BeforeDiscovery {
  $folder = Join-Path $PSScriptRoot '../../../mixer/image'
  $scripts = Get-ChildItem $folder -Filter '*.ps1' | ForEach-Object { @{ Name = $_.Name; Path = $_.FullName } }
}

BeforeAll {
  $folder = Join-Path $PSScriptRoot '../../../mixer/image'
  function Get-Ast([string] $path) {
    $errors = $null
    $ast = [System.Management.Automation.Language.Parser]::ParseFile($path, [ref] $null, [ref] $errors)
    @{ Ast = $ast; Errors = $errors }
  }
  # One function of a script, without running the script.
  function Get-FunctionText([string] $script, [string] $name) {
    $found = (Get-Ast (Join-Path $folder $script)).Ast.Find(
      { param($node) $node -is [System.Management.Automation.Language.FunctionDefinitionAst] -and $node.Name -eq $name }, $true)
    if (-not $found) { throw "Cannot find the function $name in $script" }
    $found.Extent.Text
  }
}

Describe '<Name>' -ForEach $scripts {
  It 'parses' {
    (Get-Ast $Path).Errors | Should -BeNullOrEmpty
  }

  It 'prints no password, and hands it on to what keeps it only' {
    $uses = (Get-Ast $Path).Ast.FindAll(
      { param($node) $node -is [System.Management.Automation.Language.VariableExpressionAst] -and $node.VariablePath.UserPath -eq 'password' }, $true)
    foreach ($use in $uses) {
      $statement = $use
      while ($statement.Parent -and $statement -isnot [System.Management.Automation.Language.StatementAst]) { $statement = $statement.Parent }
      $statement.Extent.Text | Should -Match '^(\$password = |\$secure = ConvertTo-SecureString |ConvertTo-SecureString |\[Lsa\]::Store\()'
    }
  }

  It 'makes a password where it is said to' {
    if ($Name -eq 'first-boot.ps1') { Get-Content $Path -Raw | Should -Match '\[Lsa\]::Store\(' }
  }

  It 'stops at the first failure, or is meant to go on' {
    if ($Name -ne 'watch-session.ps1') { Get-Content $Path -Raw | Should -Match "\`$ErrorActionPreference = 'Stop'" }
  }
}

Describe 'a download' {
  BeforeAll {
    . ([scriptblock]::Create((Get-FunctionText 'install.ps1' 'Get-Verified')))
    $content = 'what the address gives'
    $hash = [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData([Text.Encoding]::UTF8.GetBytes($content)))
    Mock Invoke-WebRequest { [IO.File]::WriteAllText($OutFile, $content) }
  }

  It 'is taken when its hash is the one that was named, in either case' {
    { Get-Verified 'https://example.com/a' $hash (Join-Path $TestDrive 'a') } | Should -Not -Throw
    { Get-Verified 'https://example.com/a' $hash.ToLower() (Join-Path $TestDrive 'a') } | Should -Not -Throw
  }

  It 'is refused with both hashes when it is another' {
    { Get-Verified 'https://example.com/a' ('0' * 64) (Join-Path $TestDrive 'a') } |
      Should -Throw "Cannot use https://example.com/a: its SHA-256 is $hash where $('0' * 64) is expected"
  }
}

Describe 'before a capture' {
  BeforeAll {
    . ([scriptblock]::Create((Get-FunctionText 'prepare-capture.ps1' 'Remove-Own')))
    . ([scriptblock]::Create((Get-FunctionText 'prepare-capture.ps1' 'Wait-Warm')))
    Mock Start-Sleep { }
  }

  It 'what is of this machine goes, what is of all stays; twice is as once' {
    $root = Join-Path $TestDrive 'root'
    New-Item -ItemType Directory -Force (Join-Path $root 'logs') | Out-Null
    foreach ($name in 'logs/agent.log', 'logs/first-boot.log', 'restarts.txt', 'agent.cmd') { Set-Content (Join-Path $root $name) 'x' }
    foreach ($nth in 1, 2) {
      Remove-Own $root
      (Get-ChildItem $root -Recurse -File).Name | Sort-Object | Should -Be @('agent.cmd', 'captured.txt')
      Join-Path $root 'logs' | Should -Exist
    }
  }

  It 'OBS is waited for, and no longer than was said' {
    Mock Get-Process { @{ Name = 'obs64' } }
    Wait-Warm 600 | Should -BeTrue
    Mock Get-Process { }
    Wait-Warm 600 | Should -BeFalse
    Should -Invoke Start-Sleep -Times 120 -Exactly
  }
}
