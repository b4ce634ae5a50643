import { z } from 'zod';

const failed = z.object({ statusCode: z.number() });
/** What Teams answered; undefined where it gave no answer. */
export const statusOf = (error: unknown): number | undefined => failed.safeParse(error).data?.statusCode;
/** What Teams says of the app, of the chat or of the moment; any other refusal is of the message itself, which trying again would not mend. */
const elsewhere: readonly number[] = [401, 403, 404, 408, 409, 412, 429];
export const isAboutMessage = (error: unknown): boolean => {
  const status = statusOf(error);
  return status !== undefined && status >= 400 && status < 500 && !elsewhere.includes(status);
};

/** Teams has nobody there to speak to, or lets Signoff not. */
export const isRefused = (error: unknown): boolean => [403, 404].includes(statusOf(error) ?? 0);
