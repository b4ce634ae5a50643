import type { TokenCredential } from '@azure/identity';
import { groupRoles } from './cases/roles.ts';
import { type Clock, minutes, systemClock } from './clock.ts';
import { clouds } from './clouds.ts';
import { type Config, readConfig } from './config.ts';
import { startEngine } from './engine/engine.ts';
import { inProcessDispatcher } from './engine/inProcessDispatcher.ts';
import { Looks } from './engine/looks.ts';
import type { Runtime } from './engine/runtime.ts';
import { subjectReader } from './engine/subjects.ts';
import { AppError, sayOf } from './errors.ts';
import { connectExchange } from './exchange/exchangeOnline.ts';
import { type Access, readAccess } from './graph/access.ts';
import { createCredential, tokenFor } from './graph/credential.ts';
import type { GraphConnection } from './graph/graph.ts';
import { connectGraph } from './graph/microsoftGraph.ts';
import { countUsers } from './graph/organization.ts';
import { documentedQuotas, paceBy, unitsOfTenant } from './graph/pacing.ts';
import { createLog, type Log } from './log.ts';
import { PartnerLooks } from './partners/partnerLooks.ts';
import { endRelationship } from './playbooks/endRelationship.ts';
import { offboardPerson } from './playbooks/offboardPerson.ts';
import { removePartner } from './playbooks/removePartner.ts';
import { undoOffboarding } from './playbooks/undoOffboarding.ts';
import { undoPartnerRemoval } from './playbooks/undoPartnerRemoval.ts';
import { openDatabase } from './store/database.ts';
import { casePosts } from './teams/casePosts.ts';
import { lossPosts } from './teams/channelLoss.ts';
import { channelReaders } from './teams/channelReaders.ts';
import { Connector } from './teams/connector.ts';
import { startMessenger } from './teams/messenger.ts';
import { openOutbox } from './teams/outbox.ts';
import { documentedLimits, type Limits, paceBy as paceTeams } from './teams/pacing.ts';
import { listen } from './teams/server.ts';
import { teamEvents } from './teams/teamEvents.ts';
import { teamsBot } from './teams/teamsBot.ts';
import { ownersOf } from './teams/topic.ts';

export interface Parts {
  clock?: Clock;
  log?: Log;
  credential?: TokenCredential;
  teamsLimits?: Limits;
}

/** Builds each part, hands it to the next, and listens. `parts` are for tests. */
export async function startSignoff(
  config: Config,
  parts: Parts = {},
): Promise<{ port: number; runtime: Runtime; stop(): Promise<void> }> {
  const clock = parts.clock ?? systemClock;
  const log = parts.log ?? createLog(config.LOG_LEVEL);
  const cloud = clouds[config.CLOUD];
  const credential =
    parts.credential ??
    createCredential({
      loginUrl: config.LOGIN_URL,
      tenantId: config.TENANT_ID,
      clientId: config.CLIENT_ID,
      certificatePath: config.CLIENT_CERTIFICATE_PATH,
      federatedTokenFile: config.AZURE_FEDERATED_TOKEN_FILE,
      managedIdentityId: config.MANAGED_IDENTITY_CLIENT_ID,
      tokenExchange: cloud.tokenExchange,
    });
  // A local tenant stands in for Microsoft's cloud: its tokens are for the same audiences.
  const graphToken = tokenFor(credential, `${cloud.graph}/.default`);
  const pace = paceBy(documentedQuotas, async () => unitsOfTenant(await countUsers(graph)));
  const graph: GraphConnection = connectGraph({ url: config.GRAPH_URL, token: graphToken, log, pace });
  // In a chat somebody waits, and Teams gives up after 10 seconds: better a clear sentence early.
  const inChat = { timeoutMs: 4000, tries: 2, lockOut: true };
  const chatGraph = connectGraph({ url: config.GRAPH_URL, token: graphToken, log, pace, ...inChat });

  const db = await openDatabase(config.DATABASE_URL, log);
  const dispatcher = inProcessDispatcher({ db, clock, log });
  const exchangeToken = tokenFor(credential, `${cloud.exchange}/.default`);
  const exchange = connectExchange({ url: config.EXCHANGE_URL, tenantId: config.TENANT_ID, token: exchangeToken, log });
  const access = remembered(
    () => readAccess({ graph, graphToken, exchangeToken, exchange: config.EXCHANGE }),
    minutes(1),
    clock,
  );
  const groups = {
    helpdesk: config.HELPDESK_GROUP_ID,
    approver: config.APPROVER_GROUP_ID,
    admin: config.ADMIN_GROUP_ID,
  };
  const rolesOver = (over: GraphConnection) => groupRoles({ graph: over, groups, guestsMay: config.GUESTS_MAY, clock });
  const untouchable = { accounts: config.BREAK_GLASS_IDS, groups: Object.values(groups) };
  const subjects = subjectReader({ graph, clock, readAccess: access, untouchable }, db);
  const runtime: Runtime = {
    db,
    dispatcher,
    clock,
    cloud,
    log,
    graph,
    exchange,
    playbooks: [offboardPerson, removePartner, endRelationship, undoOffboarding, undoPartnerRemoval],
    readAccess: access,
    untouchable,
    subjects,
    looks: new Looks(clock),
    isApprover: async (id) => (await rolesOver(graph).of({ id }, 'fresh')).has('approver'),
  };
  const roles = rolesOver(chatGraph);
  const desk = {
    runtime: { ...runtime, graph: chatGraph, subjects: subjects.over(chatGraph) },
    roles,
    rules: { ticket: config.REQUIRE_TICKET, confirm: config.CONFIRM },
    partners: new PartnerLooks({ graph, clock, readAccess: access, log }),
  };

  const door = {
    clientId: config.CLIENT_ID,
    tenantId: config.TENANT_ID,
    openIdUrl: config.BOT_OPENID_URL,
    botConnector: cloud.botConnector,
    serviceUrls: config.SERVICE_URLS,
    open: config.DOOR === 'open',
  };
  const teamsPace = paceTeams(parts.teamsLimits ?? documentedLimits);
  const connector = new Connector({
    ...door,
    pace: teamsPace,
    answerMs: teamsAnswerMs,
    loginUrl: config.LOGIN_URL,
    token: tokenFor(credential, `${cloud.botConnector}/.default`),
  });
  const outbox = openOutbox({ connector, db, clock, pace: teamsPace, ...door });
  await startEngine(runtime);
  const readers = channelReaders(outbox, roles, { clock, tenantId: config.TENANT_ID });
  const owners = ownersOf(lossPosts(runtime, roles), casePosts(runtime, roles, desk.rules, readers));
  startMessenger(runtime, outbox, owners);
  const events = teamEvents(runtime, readers);
  await events.catchUp();
  const server = await listen({
    host: config.HOST,
    port: config.PORT,
    door,
    connector,
    turn: teamsBot(
      desk,
      outbox,
      readers,
      events,
      config.SERVICE_URLS.map((url) => new URL(url).origin),
    ),
    healthy: () => dispatcher.healthy(),
    log,
  });
  await dispatcher.start();
  log.info({ host: config.HOST, port: server.port, door: config.DOOR }, 'Signoff is listening');

  return {
    port: server.port,
    runtime,
    async stop() {
      await server.close();
      await dispatcher.stop();
      await db.destroy();
    },
  };
}

/** Rights change seldom, and a plan asks for them once a step. */
function remembered(read: () => Promise<Access>, forMs: number, clock: Clock): () => Promise<Access> {
  let last: { access: Promise<Access>; until: number } | undefined;
  return () => {
    const now = clock.monotonic();
    if (last === undefined || last.until <= now) {
      const access = read();
      last = { access, until: now + forMs };
      access.catch(() => {
        last = undefined;
      });
    }
    return last.access;
  };
}

/** How long Teams may take for one call. */
const teamsAnswerMs = 20_000;

/** Whatever hangs is left to the next start, which looks before it acts. */
const longestStopMs = 10_000;

if (import.meta.main) {
  try {
    const signoff = await startSignoff(readConfig());
    let stopping = false;
    const stop = () => {
      if (stopping) process.exit(0);
      stopping = true;
      setTimeout(() => process.exit(0), longestStopMs);
      signoff.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(sayOf(error));
          process.exit(1);
        },
      );
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    console.error(error.say);
    process.exit(1);
  }
}
