import { type Kysely, sql } from 'kysely';
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

const agreedPlans: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('case_steps').addColumn('found', 'text').execute();
    await postsByTopic(db);
    // A constraint over a column that may be null is never broken: two decisions of one person went in.
    await sql`create unique index one_counting_decision_each on approvals (case_id, plan_hash, actor_id) where voided_at is null`.execute(
      db,
    );
  },
};

/** Messages belong to a topic, `case/42`, and what is about to leave is on record. */
async function postsByTopic(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('posts').renameTo('old_posts').execute();
  await db.schema
    .createTable('posts')
    .addColumn('topic', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('to_key', 'text', (c) => c.notNull())
    .addColumn('copy', 'integer', (c) => c.notNull())
    .addColumn('activity_id', 'text')
    .addColumn('conversation_id', 'text')
    .addColumn('shown_hash', 'text')
    .addColumn('sending', 'integer', (c) => c.notNull())
    .addColumn('doubts', 'integer', (c) => c.notNull())
    .addColumn('again_at', 'text')
    .addColumn('failures', 'integer', (c) => c.notNull())
    .addColumn('unreachable', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('posts_by_topic_key', ['topic', 'kind', 'to_key', 'copy'])
    .execute();
  await db.schema.createIndex('posts_by_activity').on('posts').columns(['conversation_id', 'activity_id']).execute();
  // Reminders were numbered without their stage; they are text, and long read.
  await sql`insert into posts select 'case/' || case_id, kind, to_key, 0, activity_id, conversation_id, shown_hash, 0, 0, null, failures, unreachable from old_posts where kind not like 'reminder:%'`.execute(
    db,
  );
  await db.schema.dropTable('old_posts').execute();
  await sql`update wakeups set key = 'case/' || key where queue = 'show'`.execute(db);
}

const patience: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable('case_steps')
      .addColumn('waited_ms', 'integer', (c) => c.notNull().defaultTo(0))
      .execute();
    await db.schema.alterTable('case_steps').dropColumn('verify_until').execute();
    // Names that say what is waited for.
    for (const [old, name] of [
      ['waiting', 'awaiting-confirmation'],
      ['second', 'awaiting-second-approver'],
      ['hand', 'by-hand'],
    ])
      await sql`update case_steps set state = ${name} where state = ${old}`.execute(db);
    // Steps of the first stage have a queue of their own.
    await sql`update wakeups set queue = 'lock-out' where queue = 'step' and key in (select case_id || '/' || step_id from case_steps where stage = 0)`.execute(
      db,
    );
  },
};

const servedActivities: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('served_activities')
      .addColumn('conversation_id', 'text', (c) => c.notNull())
      .addColumn('activity_id', 'text', (c) => c.notNull())
      .addColumn('at', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('served_activities_key', ['conversation_id', 'activity_id'])
      .execute();
    await db.schema.createIndex('served_activities_by_time').on('served_activities').column('at').execute();
  },
};

/** The second approver was kept by name alone; the journal knows whose it is. */
const secondApprovers: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('case_steps').addColumn('second_by', 'text').execute();
    await sql`update case_steps set second_by = (select actor from journal where journal.case_id = case_steps.case_id and what = 'confirmed' and data like '%"stepId":"' || case_steps.step_id || '"%' order by n desc limit 1) where second_name is not null`.execute(
      db,
    );
  },
};

/** Why it was asked for, since when it stands where it is, what an approval confirms, and whom a message is to. */
const askedAndWaited: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('cases').addColumn('ticket', 'text').execute();
    await db.schema.alterTable('cases').addColumn('since', 'text').execute();
    await sql`update cases set since = updated_at`.execute(db);
    await db.schema
      .alterTable('approvals')
      .addColumn('confirms', 'text', (c) => c.notNull().defaultTo('nothing'))
      .execute();
    await db.schema.alterTable('posts').addColumn('to_name', 'text').execute();
    await db.schema
      .createTable('settings')
      .addColumn('name', 'text', (c) => c.primaryKey())
      .addColumn('value', 'text', (c) => c.notNull())
      .execute();
  },
};

/** A stage that opens again, and a case that ends again, is called for anew; what an admin sets is on record. */
const calledAgain: Migration = {
  async up(db: Kysely<unknown>) {
    const version = sql`(select version from cases where 'case/' || id = topic)`;
    for (const name of ['stage', 'needs', 'unconfirmed', 'reminder', 'report', 'notice'])
      await sql`update posts set kind = ${name} || ':' || ${version} || substr(kind, ${name.length + 1}) where (kind = ${name} or kind like ${`${name}:%`}) and topic like 'case/%'`.execute(
        db,
      );
    await db.schema
      .alterTable('posts')
      .addColumn('replaced', 'integer', (c) => c.notNull().defaultTo(0))
      .execute();
    // A thread is reached by way of its channel.
    await sql`delete from conversations where key like 'channel:%;%'`.execute(db);
    await db.schema
      .createTable('settings_journal')
      .addColumn('n', 'integer', (c) => c.primaryKey())
      .addColumn('at', 'text', (c) => c.notNull())
      .addColumn('actor', 'text', (c) => c.notNull())
      .addColumn('what', 'text', (c) => c.notNull())
      .addColumn('words', 'text', (c) => c.notNull())
      .addColumn('data', 'text', (c) => c.notNull())
      .addColumn('previous_hash', 'text', (c) => c.notNull())
      .addColumn('hash', 'text', (c) => c.notNull())
      .execute();
  },
};

/** A case that takes another one back. */
const undoing: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('cases').addColumn('undoes', 'text').execute();
  },
};

/** Oldest first; a released one never changes. */
export const migrations: Record<string, Migration> = {
  '0001-first': first,
  '0002-agreed-plans': agreedPlans,
  '0003-patience': patience,
  '0004-served-activities': servedActivities,
  '0005-second-approvers': secondApprovers,
  '0006-asked-and-waited': askedAndWaited,
  '0007-called-again': calledAgain,
  '0008-undoing': undoing,
};
