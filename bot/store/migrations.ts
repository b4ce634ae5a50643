import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const first: Migration = {
  async up(db: Kysely<unknown>) {
    const serial = 'integer';
    await db.schema
      .createTable('cases')
      .addColumn('id', serial, (c) => c.primaryKey().autoIncrement())
      .addColumn('playbook', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .addColumn('subject_id', 'text', (c) => c.notNull())
      .addColumn('open_subject_id', 'text', (c) => c.unique())
      .addColumn('subject', 'text', (c) => c.notNull())
      .addColumn('requester_id', 'text', (c) => c.notNull())
      .addColumn('requester_name', 'text', (c) => c.notNull())
      .addColumn('origin', 'text', (c) => c.notNull())
      .addColumn('urgent', 'integer', (c) => c.notNull())
      .addColumn('options', 'text', (c) => c.notNull())
      .addColumn('plan_hash', 'text')
      .addColumn('stage', 'integer', (c) => c.notNull())
      .addColumn('stage_open', 'integer', (c) => c.notNull())
      .addColumn('note', 'text')
      .addColumn('attempts', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'text', (c) => c.notNull())
      .addColumn('updated_at', 'text', (c) => c.notNull())
      .addColumn('expires_at', 'text')
      .addColumn('closed_at', 'text')
      .execute();
    await db.schema.createIndex('cases_by_subject').on('cases').column('subject_id').execute();
    await db.schema
      .createTable('case_steps')
      .addColumn('case_id', 'integer', (c) => c.notNull().references('cases.id'))
      .addColumn('step_id', 'text', (c) => c.notNull())
      .addColumn('position', 'integer', (c) => c.notNull())
      .addColumn('stage', 'integer', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('attempt', 'integer', (c) => c.notNull())
      .addColumn('plan', 'text', (c) => c.notNull())
      .addColumn('before', 'text')
      .addColumn('words', 'text')
      .addColumn('request_id', 'text')
      .addColumn('confirmed_by', 'text')
      .addColumn('confirmed_name', 'text')
      .addColumn('second_name', 'text')
      .addColumn('reason', 'text')
      .addColumn('started_at', 'text')
      .addColumn('verify_until', 'text')
      .addColumn('tries', 'integer', (c) => c.notNull())
      .addColumn('settled_at', 'text')
      .addPrimaryKeyConstraint('case_steps_key', ['case_id', 'step_id'])
      .execute();
    await db.schema
      .createTable('approvals')
      .addColumn('id', serial, (c) => c.primaryKey().autoIncrement())
      .addColumn('case_id', 'integer', (c) => c.notNull().references('cases.id'))
      .addColumn('plan_hash', 'text', (c) => c.notNull())
      .addColumn('actor_id', 'text', (c) => c.notNull())
      .addColumn('actor_name', 'text', (c) => c.notNull())
      .addColumn('decision', 'text', (c) => c.notNull())
      .addColumn('reason', 'text')
      .addColumn('at', 'text', (c) => c.notNull())
      .addColumn('voided_at', 'text')
      .addUniqueConstraint('one_decision_each', ['case_id', 'plan_hash', 'actor_id', 'voided_at'])
      .execute();
    await db.schema
      .createTable('journal')
      .addColumn('case_id', 'integer', (c) => c.notNull().references('cases.id'))
      .addColumn('n', 'integer', (c) => c.notNull())
      .addColumn('at', 'text', (c) => c.notNull())
      .addColumn('actor', 'text', (c) => c.notNull())
      .addColumn('what', 'text', (c) => c.notNull())
      .addColumn('words', 'text', (c) => c.notNull())
      .addColumn('data', 'text', (c) => c.notNull())
      .addColumn('previous_hash', 'text', (c) => c.notNull())
      .addColumn('hash', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('journal_key', ['case_id', 'n'])
      .execute();
    await db.schema
      .createTable('wakeups')
      .addColumn('queue', 'text', (c) => c.notNull())
      .addColumn('key', 'text', (c) => c.notNull())
      .addColumn('due_at', 'bigint', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .addColumn('running', 'integer', (c) => c.notNull())
      .addColumn('failures', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('wakeups_key', ['queue', 'key'])
      .execute();
    await db.schema
      .createTable('conversations')
      .addColumn('key', 'text', (c) => c.primaryKey())
      .addColumn('reference', 'text', (c) => c.notNull())
      .addColumn('updated_at', 'text', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('posts')
      .addColumn('case_id', 'integer', (c) => c.notNull().references('cases.id'))
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('to_key', 'text', (c) => c.notNull())
      .addColumn('activity_id', 'text')
      .addColumn('conversation_id', 'text')
      .addColumn('shown_hash', 'text')
      .addColumn('failures', 'integer', (c) => c.notNull())
      .addColumn('unreachable', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('posts_key', ['case_id', 'kind', 'to_key'])
      .execute();
  },
};

/** Oldest first; a released one never changes. */
export const migrations: Record<string, Migration> = { '0001-first': first };
