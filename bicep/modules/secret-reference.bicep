// The address of a secret that must be there already: what a setting refers to and cannot find would be its value, word for word.
@description('Name of the vault.')
param vault string
@description('Name of the secret.')
param entry string

resource store 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vault
  resource found 'secrets' existing = {
    name: entry
  }
}

output reference string = '@Microsoft.KeyVault(SecretUri=${store::found.properties.secretUri})'
