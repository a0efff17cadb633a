// The control plane may give machines and containers their identity, and these two only.
@description('Names of the identities.')
param identities string[]
param principalId string
param roleId string

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = [
  for name in identities: { name: name }
]

resource assign 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (name, index) in identities: {
    scope: identity[index]
    name: guid(identity[index].id, principalId, roleId)
    properties: { roleDefinitionId: roleId, principalId: principalId, principalType: 'ServicePrincipal' }
  }
]
