import { openSubjects } from '../store/cases.ts';
import type { Db } from '../store/database.ts';
import type { Playbook } from './playbook.ts';
import type { Case } from './readCase.ts';
import type { Reading, Subject } from './subject.ts';

/** Reads subjects of cases anew. @throws Refusal when one may not be touched (any more) */
export interface Subjects {
  read(playbook: Playbook, of: Pick<Case, 'subjectId' | 'requesterId'>): Promise<Subject>;
  /** As `read`, but what was read within the last ten seconds will do: the steps of a stage share it. */
  recent(playbook: Playbook, of: Pick<Case, 'subjectId' | 'requesterId'>): Promise<Subject>;
}

const recentMs = 10_000;

export function subjectReader(reading: Omit<Reading, 'openSubjects'>, db: Db): Subjects {
  const known = new Map<string, { at: number; subject: Promise<Subject> }>();
  const now = () => reading.clock.now().getTime();

  const subjects: Subjects = {
    read(playbook, { subjectId, requesterId }) {
      const key = `${playbook.id}/${subjectId}/${requesterId}`;
      const found = {
        at: now(),
        subject: playbook.subject.read({ ...reading, openSubjects: () => openSubjects(db) }, subjectId, requesterId),
      };
      for (const [old, { at }] of known) if (!isRecent(at)) known.delete(old);
      known.set(key, found);
      // A no is asked for anew each time, and so is what got no answer.
      found.subject.catch(() => {
        if (known.get(key) === found) known.delete(key);
      });
      return found.subject;
    },
    async recent(playbook, of) {
      const found = known.get(`${playbook.id}/${of.subjectId}/${of.requesterId}`);
      return found !== undefined && isRecent(found.at) ? found.subject : subjects.read(playbook, of);
    },
  };
  // A clock that was set back says nothing about how old something is.
  function isRecent(at: number): boolean {
    const age = now() - at;
    return age >= 0 && age < recentMs;
  }
  return subjects;
}
