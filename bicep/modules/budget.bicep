// People are told by mail when what carries our tag costs more than it should; nothing is stopped by it.
targetScope = 'subscription'

param suffix string
@minValue(1)
param amount int
@description('First day of a month, such as 2026-12-01; Azure takes none before the present month.')
param startDate string
@minLength(1)
param emails string[]

resource budget 'Microsoft.Consumption/budgets@2023-11-01' = {
  name: 'stream-control-${suffix}'
  properties: {
    category: 'Cost'
    amount: amount
    timeGrain: 'Monthly'
    timePeriod: { startDate: startDate }
    filter: { tags: { name: 'managed-by', operator: 'In', values: ['stream-control', 'stream-control-installation'] } }
    notifications: {
      nearlyThere: { enabled: true, operator: 'GreaterThan', threshold: 80, contactEmails: emails }
      forecast: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: emails
      }
    }
  }
}
