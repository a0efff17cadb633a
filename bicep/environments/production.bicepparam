// An installation for live events: always awake, alerts, a budget, logs for a quarter of a year.
using '../main.bicep'

param environmentName = 'production'
param location = 'westeurope'
// bicep/app-registration.sh prints both.
param applicationClientId = readEnvironmentVariable('APPLICATION_CLIENT_ID', '00000000-0000-0000-0000-000000000000')
param applicationObjectId = readEnvironmentVariable('APPLICATION_OBJECT_ID', '')
// One instance for the doors and one for the durable work.
param alwaysReady = [
  { name: 'http', instanceCount: 1 }
  { name: 'durable', instanceCount: 1 }
]
param alertRegions = ['westeurope', 'northeurope']
param budgetAmount = 500
param budgetEmails = [readEnvironmentVariable('BUDGET_EMAIL', 'operations@example.com')]
param logRetentionDays = 90
param logDailyCapGb = 5
param registrySku = 'Standard'
