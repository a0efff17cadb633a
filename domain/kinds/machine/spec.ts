/** What a machine is made as: an address, an interface, the machine. */
export interface PublicIpSpec {
  kind: 'public-ip';
  name: string;
}
export interface NicSpec {
  kind: 'nic';
  name: string;
  vnet: string;
  subnet: string;
  nsg: string;
  publicIp: string;
  privateIpAddress: string;
}
export interface MachineSpec {
  kind: 'machine';
  name: string;
  computerName: string;
  nic: string;
  vmSize: string;
  imageId: string;
  identityId: string;
  spot: boolean;
  adminUsername: string;
  /** Secret in the control plane's vault with the Windows password. */
  passwordSecret: string;
  /** JSON of contract `userData`, not yet base64; holds names of secrets, never secrets. */
  userData: string;
  osDiskGb?: number;
}
