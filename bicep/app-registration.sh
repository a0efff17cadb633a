#!/usr/bin/env bash
# Makes the app registration that people, mixers and alerts sign in to, or brings it up to date; run again, it changes nothing.
# Bicep's extension for Microsoft Graph would have to be downloaded at each build, so this is done by az.
#   bash bicep/app-registration.sh [NAME]                  before the installation: prints its parameters
#   bash bicep/app-registration.sh [NAME] PRINCIPAL_ID     after it: gives the mixers' identity (output MIXER_PRINCIPAL_ID) the role agent
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
name=${1:-stream-control}
mixers=${2:-}

client=$(az ad app list --filter "displayName eq '$name'" --query '[0].appId' --output tsv)
if [ -z "$client" ]; then
  client=$(az ad app create --display-name "$name" --sign-in-audience AzureADMyOrg --query appId --output tsv)
fi
az ad app update --id "$client" --identifier-uris "api://$client" --app-roles "@$here/app-roles.json" --set api.requestedAccessTokenVersion=2
service=$(az ad sp list --filter "appId eq '$client'" --query '[0].id' --output tsv)
if [ -z "$service" ]; then
  service=$(az ad sp create --id "$client" --query id --output tsv)
fi
object=$(az ad app show --id "$client" --query id --output tsv)

if [ -n "$mixers" ]; then
  role=$(az ad app show --id "$client" --query "appRoles[?value=='agent'].id" --output tsv)
  graph=$(az cloud show --query endpoints.microsoftGraphResourceId --output tsv)
  assigned="${graph%/}/v1.0/servicePrincipals/$service/appRoleAssignedTo"
  has=$(az rest --method get --url "$assigned" --query "value[?principalId=='$mixers' && appRoleId=='$role'] | length(@)" --output tsv)
  if [ "$has" = 0 ]; then
    az rest --method post --url "$assigned" --output none \
      --body "{\"principalId\":\"$mixers\",\"resourceId\":\"$service\",\"appRoleId\":\"$role\"}"
  fi
fi

echo "APPLICATION_CLIENT_ID=$client"
echo "APPLICATION_OBJECT_ID=$object"
