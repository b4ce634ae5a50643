import { AppError } from '../errors.ts';

/** Codes of Microsoft Entra that pass by themselves (learn.microsoft.com/entra/identity-platform/reference-error-codes). */
const passingCodes: ReadonlySet<string> = new Set([
  '50196',
  '90006',
  '90012',
  '90024',
  '90033',
  '90055',
  '90090',
  '90091',
]);

const admin = 'Tell your Signoff admin.';

/** What an admin has to put right, by Microsoft Entra's code. */
const known: [RegExp, string][] = [
  [/^(700016|90002|900023|900021)$/, `Microsoft Entra does not know Signoff’s app in this tenant. ${admin}`],
  [/^7000112$/, `Signoff’s app is disabled in Microsoft Entra. ${admin}`],
  [/^(700211|700212|700213|70021|700222)$/, `Microsoft Entra does not trust Signoff’s federated credential. ${admin}`],
  [/^53003$/, `A Conditional Access policy keeps Signoff from signing in. ${admin}`],
];

/**
 * Why no token could be had. What says that the credential is wrong is final: trying again would not mend it. Whatever
 * else goes wrong is an answer that did not come.
 */
export function signInFailure(cause: unknown): AppError {
  const text = cause instanceof Error ? cause.message : '';
  const code = /AADSTS(\d+)/.exec(text)?.[1];
  const failure = (say: string, passing: boolean) =>
    new AppError(passing ? 'sign-in-unavailable' : 'sign-in', say, {
      cause,
      message: `sign-in: ${code === undefined ? 'no code' : `AADSTS${code}`}`,
      passing,
    });
  // A federated token is renewed by whoever wrote its file.
  if (code === '700024')
    return failure(
      'Signoff’s federated token has run out, or the clock of its machine is wrong. It is tried again by itself; if it stays, tell your Signoff admin.',
      true,
    );
  if (code !== undefined && !passingCodes.has(code)) {
    if (code === '700027') return failure(ofCertificate(text), false);
    const say = known.find(([codes]) => codes.test(code))?.[1];
    return failure(say ?? `Microsoft Entra does not let Signoff sign in (AADSTS${code}). ${admin}`, false);
  }
  if (/^(ENOENT|EACCES|EISDIR)\b/.test(text))
    return failure(`Signoff can’t read the file with its certificate or federated token. ${admin}`, false);
  if (/^ManagedIdentityCredential\b/.test(text))
    return /identity not found/i.test(text)
      ? failure(`Signoff’s machine has no managed identity for it. ${admin}`, false)
      : failure(
          'Signoff’s managed identity does not answer. It is tried again by itself; if it stays, tell your Signoff admin.',
          true,
        );
  if (/certificate|PEM/i.test(text))
    return failure(`Signoff’s certificate file is not one it can use. ${admin}`, false);
  return failure('Microsoft’s sign-in service does not answer. It is tried again by itself.', true);
}

/** Entra has one code for whatever is wrong with a certificate, and says the rest in words. */
function ofCertificate(text: string): string {
  return /expired/i.test(text)
    ? `Signoff’s certificate has expired. ${admin}`
    : `Microsoft Entra does not know Signoff’s certificate. ${admin}`;
}
