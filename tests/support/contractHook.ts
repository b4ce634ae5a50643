import { seenViolations } from './tenant.ts';

/** Fails the run when a request of the bot or an answer of the local tenant is not what Microsoft publishes. */
export const mochaHooks = {
  afterAll(): void {
    if (seenViolations.size === 0) return;
    throw new Error(
      `${seenViolations.size} violations of Microsoft Graph's metadata:\n${[...seenViolations].map((line) => `  ${line}`).join('\n')}`,
    );
  },
};
