/** Microsoft's own tenants: they publish its apps, and its support comes in as a service provider. Never offered. */
const tenants: ReadonlySet<string> = new Set([
  'f8cdef31-a31e-4b4a-93e4-5f571e91255a', // Microsoft Services
  '72f988bf-86f1-41af-91ab-2d7cd011db47', // Microsoft
  '33e01921-4d64-4f8c-a055-5bdaffd5e33d', // AME
  '975f013f-7f24-47e8-a7d3-abc4752bf346', // PME
  'cdc5aeea-15c5-4db6-b079-fcadd2505dc2', // Torus
  '9188040d-6c67-4c5b-b112-36a304b66dad', // personal accounts
  'b4c546a4-7dac-46a6-a7dd-ed822a11efd3', // Microsoft Support, while a support case is open
]);

export const isMicrosoft = (tenantId: string): boolean => tenants.has(tenantId);

/** Microsoft Support is also known by its role: no page promises the tenant's id. */
export const isSupportRole = (role: string): boolean => /^Microsoft ?365 ?Support ?Engineer$/i.test(role);

/** Who writes from there writes for themselves: no organization answers for the address. */
export const isPrivateDomain = (domain: string): boolean =>
  /^(gmail|googlemail|outlook|hotmail|live|msn|yahoo|ymail|icloud|me|mac|aol|gmx|web|proton|protonmail|fastmail)\.[a-z.]+$/.test(
    domain,
  );
