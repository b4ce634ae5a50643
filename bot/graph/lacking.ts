import type { Access } from './access.ts';

/** Which permissions the app lacks, in a sentence that ends in what to do; null when it has them all. */
export function lackingWords(permissions: readonly string[], access: Access): string | null {
  const missing = permissions.filter((permission) => !mayDo(access, permission));
  if (missing.length === 0) return null;
  return `Signoff lacks ${missing.length === 1 ? 'the permission' : 'the permissions'} ${missing.join(' and ')}. An admin can grant ${missing.length === 1 ? 'it' : 'them'}; until then this is done by hand.`;
}

/** Whoever may write may read, and take away. */
export function mayDo({ permissions }: Access, permission: string): boolean {
  return permissions.has(permission) || permissions.has(permission.replace(/\.(Read|Remove)\b/, '.ReadWrite'));
}
