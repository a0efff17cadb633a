// Parameters of `azd up`: azd gives the first two, `azd env set NAME VALUE` the others.
using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'dev')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param applicationClientId = readEnvironmentVariable('APPLICATION_CLIENT_ID', '00000000-0000-0000-0000-000000000000')
param applicationObjectId = readEnvironmentVariable('APPLICATION_OBJECT_ID', '')
