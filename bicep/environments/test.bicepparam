// The cheapest installation that works: nothing is kept awake, nobody is alerted.
using '../main.bicep'

param environmentName = 'test'
param location = 'westeurope'
// bicep/app-registration.sh prints it.
param applicationClientId = readEnvironmentVariable('APPLICATION_CLIENT_ID', '00000000-0000-0000-0000-000000000000')
param maximumInstances = 2
param vaultSoftDeleteDays = 7
