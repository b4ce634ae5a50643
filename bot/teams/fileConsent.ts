import type { Activity, TurnContext } from 'botbuilder';
import { z } from 'zod';
import type { CaseDesk } from '../cases/cases.ts';
import { makeCaseFile } from '../commands/caseFile.ts';
import { type FileOffer, staff } from '../commands/command.ts';
import { findNamedCase } from '../commands/findCase.ts';
import { AppError, Refusal } from '../errors.ts';
import { readSaid } from './readRequest.ts';

/** Teams keeps a file that a bot gives in the OneDrive of whoever takes it (learn.microsoft.com, “Send and receive files”). */
export const fileConsent = 'fileConsent/invoke';
const offerType = 'application/vnd.microsoft.teams.card.file.consent';
const infoType = 'application/vnd.microsoft.teams.card.file.info';

const answered = z.object({
  action: z.enum(['accept', 'decline']),
  context: z.object({ case: z.number().int().positive() }),
  uploadInfo: z
    .object({
      contentUrl: z.string(),
      uploadUrl: z.url(),
      name: z.string(),
      uniqueId: z.string(),
      fileType: z.string().nullish(),
    })
    .nullish(),
});
const uploadMs = 60_000;

export const offerOf = ({ caseId, name, description, sizeInBytes }: FileOffer): Partial<Activity> => ({
  type: 'message',
  attachments: [
    {
      contentType: offerType,
      name,
      content: { description, sizeInBytes, acceptContext: { case: caseId }, declineContext: { case: caseId } },
    },
  ],
});

/**
 * Somebody takes a file that was offered, or does not. Who they are and what they may see is looked at anew.
 * @param origins where a file may go besides an address with https: Teams' own
 * @returns what is written into the chat
 */
export async function takeFile(
  desk: CaseDesk,
  { activity }: Pick<TurnContext, 'activity'>,
  origins: readonly string[],
): Promise<Partial<Activity>> {
  const { actor, personal } = readSaid(activity);
  const { action, context, uploadInfo } = answered.parse(activity.value);
  if (action === 'decline' || !uploadInfo) return { type: 'message', text: 'No file was made.', textFormat: 'plain' };
  const who = { id: actor.id, name: actor.name ?? '' };
  await desk.roles.require(who, staff, 'export a case', 'fresh');
  if (!personal) throw new Refusal('place', 'Teams takes files in a personal chat alone.');
  const { name, html } = await makeCaseFile(desk, await findNamedCase(desk, who, { id: context.case }));
  const { contentUrl, uploadUrl, uniqueId, fileType } = uploadInfo;
  const url = new URL(uploadUrl);
  if (url.protocol !== 'https:' && !origins.includes(url.origin)) throw notTaken(name);
  await upload(url, html, name);
  return {
    type: 'message',
    attachments: [{ contentType: infoType, name, contentUrl, content: { uniqueId, fileType } }],
  };
}

async function upload(url: URL, html: string, name: string): Promise<void> {
  const bytes = Buffer.from(html);
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'PUT',
      // No token goes along: the address is the leave, and Teams refuses one that comes with another.
      headers: { 'content-type': 'text/html', 'content-range': `bytes 0-${bytes.length - 1}/${bytes.length}` },
      body: bytes,
      redirect: 'error',
      signal: AbortSignal.timeout(uploadMs),
    });
  } catch (cause) {
    throw notTaken(name, { cause });
  }
  if (!response.ok) throw notTaken(name, { message: `a file was refused with ${response.status}` });
}

const notTaken = (name: string, why: { cause?: unknown; message?: string } = {}): AppError =>
  new AppError('not-yet', `Your OneDrive did not take “${name}”. Type “export” and the case again.`, why);
