// How the mixers' image is made: Azure VM Image Builder takes a plain Windows Server, runs install.ps1 and smoke-test.ps1 on it,
// and puts the result into a gallery image as a new version. Start a build with
//   az image builder run --resource-group GROUP --name mixer-image
// (Microsoft Learn, "Create an Azure Image Builder Bicep or ARM template JSON template").
@description('Region of the build and of the first replica.')
param location string = resourceGroup().location
@description('Gallery image definition (Windows, generalized, x64) that receives the version.')
param galleryImageId string
@description('Regions that get a replica; a region without one pays with minutes at each deployment.')
param replicaRegions array = [location]
@description('User-assigned identity that may write to the gallery and read the artifact.')
param identityId string
@description('Where agent.tar.gz of mixer/image/pack.mjs was uploaded: an https address that the identity can read.')
param agentUrl string
@description('SHA-256 that pack.mjs printed.')
param agentSha256 string
@description('OBS installer for Windows x64 and its SHA-256, as its release page names them.')
param obsUrl string
param obsSha256 string
@description('Node.js for Windows x64 as zip and its SHA-256, from SHASUMS256.txt beside it.')
param nodeUrl string
param nodeSha256 string
@description('Exact version of Windows Server to build on, such as 20348.3091.250112: az vm image list --publisher MicrosoftWindowsServer --offer WindowsServer --sku 2022-datacenter-g2 --all shows them.')
@minLength(9)
param windowsVersion string
@description('Size of the build machine; the mixers may have another.')
param buildVmSize string = 'Standard_D2s_v3'

resource image 'Microsoft.VirtualMachineImages/imageTemplates@2024-02-01' = {
  name: 'mixer-image'
  location: location
  tags: { 'managed-by': 'stream-control', purpose: 'mixer-image' }
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    buildTimeoutInMinutes: 90
    vmProfile: { vmSize: buildVmSize, osDiskSizeGB: 127 }
    source: {
      type: 'PlatformImage'
      publisher: 'MicrosoftWindowsServer'
      offer: 'WindowsServer'
      sku: '2022-datacenter-g2'
      version: windowsVersion
    }
    customize: [
      {
        type: 'File'
        name: 'agent'
        sourceUri: agentUrl
        sha256Checksum: agentSha256
        destination: 'C:\\build\\agent.tar.gz'
      }
      {
        type: 'PowerShell'
        name: 'install'
        runElevated: true
        runAsSystem: true
        inline: [
          '$ErrorActionPreference = "Stop"'
          'tar -xf C:\\build\\agent.tar.gz -C C:\\build'
          '& C:\\build\\install.ps1 -ObsUrl "${obsUrl}" -ObsSha256 "${obsSha256}" -NodeUrl "${nodeUrl}" -NodeSha256 "${nodeSha256}"'
        ]
      }
      { type: 'WindowsRestart', name: 'restart', restartTimeout: '10m' }
    ]
    validate: {
      continueDistributeOnFailure: false
      inVMValidations: [
        {
          type: 'PowerShell'
          name: 'smoke-test'
          runElevated: true
          runAsSystem: true
          inline: ['& C:\\build\\smoke-test.ps1', 'Remove-Item C:\\build -Recurse -Force']
        }
      ]
    }
    distribute: [
      {
        type: 'SharedImage'
        runOutputName: 'mixer-image'
        galleryImageId: galleryImageId
        targetRegions: [for region in replicaRegions: { name: region, replicaCount: 1, storageAccountType: 'Standard_LRS' }]
        // A version is distributed only when the smoke test above has passed: preflight and `stream-control image` read it here.
        artifactTags: { 'managed-by': 'stream-control', agent: agentSha256, 'smoke-test': 'passed' }
      }
    ]
  }
}

output templateName string = image.name
