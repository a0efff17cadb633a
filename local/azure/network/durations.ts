/** Seconds; from recordings and issue threads where there are any (docs/guide/simulator.md, Durations). */
export const DURATIONS = {
  vnet: { median: 5, p95: 11 },
  subnet: { median: 3, p95: 5 },
  securityGroup: { median: 3, p95: 6 },
  securityRule: { median: 2, p95: 5 },
  publicAddress: { median: 3, p95: 5 },
  nic: { median: 0.8, p95: 2 },
  natGateway: { median: 6, p95: 15 },
  deleteNic: { median: 11, p95: 15 },
  deleteOther: { median: 10.5, p95: 13 },
} as const;
