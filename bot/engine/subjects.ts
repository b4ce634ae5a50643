import type { GraphConnection } from '../graph/graph.ts';
import { findCase, openSubjects, subjectsUnderWay } from '../store/cases.ts';
import type { Db } from '../store/database.ts';
import { readSettings } from '../store/settings.ts';
import type { Playbook } from './playbook.ts';
import type { Case } from './readCase.ts';
import type { Reading, Subject } from './subject.ts';

/** The case that somebody is the subject of; without a number while it is only asked for. */
type Of = Pick<Case, 'subjectId' | 'requesterId'> & Partial<Pick<Case, 'id' | 'undoes'>>;

/** Reads subjects of cases anew. @throws Refusal when one may not be touched (any more) */
export interface Subjects {
  /** @param graph of a look that reads other things beside */
  read(playbook: Playbook, of: Of, graph?: GraphConnection): Promise<Subject>;
  /** As `read`, but what was read within the last ten seconds will do: the steps of a stage share it. */
  recent(playbook: Playbook, of: Of): Promise<Subject>;
  /** The same over another connection; each knows what the other has read. */
  over(graph: GraphConnection): Subjects;
}

/** How long what was read may be acted on without reading it again. */
export const recentMs = 10_000;

type Connected = Omit<Reading, 'openSubjects' | 'subjectsUnderWay' | 'settings' | 'noted' | 'graph'> & {
  graph: GraphConnection;
};
type Known = Map<string, { at: number; subject: Promise<Subject> }>;

export const subjectReader = (reading: Connected, db: Db): Subjects => readerOver(reading, db, new Map());

function readerOver(reading: Connected, db: Db, known: Known): Subjects {
  const isRecent = (at: number) => reading.clock.monotonic() - at < recentMs;

  const subjects: Subjects = {
    read(playbook, of, over = reading.graph) {
      const { id, subjectId, requesterId, undoes } = of;
      const graph = id === undefined ? over : over.for({ caseId: id });
      const key = keyOf(playbook, of);
      const noted = async () => (undoes ? (await findCase(db, undoes.caseId))?.subject : null);
      const found = {
        at: reading.clock.monotonic(),
        subject: playbook.subject.read(
          {
            ...reading,
            graph,
            openSubjects: () => openSubjects(db),
            subjectsUnderWay: () => subjectsUnderWay(db),
            settings: (prefix) => readSettings(db, prefix),
            noted,
          },
          subjectId,
          requesterId,
        ),
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
      const found = known.get(keyOf(playbook, of));
      return found !== undefined && isRecent(found.at) ? found.subject : subjects.read(playbook, of);
    },
    over: (graph) => readerOver({ ...reading, graph }, db, known),
  };
  return subjects;
}

const keyOf = ({ id }: Playbook, { subjectId, requesterId, undoes }: Of): string =>
  [id, subjectId, requesterId, undoes?.caseId ?? ''].join('/');
