import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { basePermissions, exchangePermissions, optionalPermissions } from '../bot/cases/permissions.ts';
import { commands } from '../bot/commands/registry.ts';
import { placedSteps } from '../bot/engine/playbook.ts';
import { caseStates, movesOf, stepStates } from '../bot/engine/states.ts';
import { everySignal } from '../bot/partners/everySignal.ts';
import { ownersSignal } from '../bot/partners/owners.ts';
import type { PartnerStep } from '../bot/partners/step.ts';
import type { PersonStep } from '../bot/people/step.ts';
import { offboardPerson } from '../bot/playbooks/offboardPerson.ts';
import { removePartner } from '../bot/playbooks/removePartner.ts';

/**
 * Writes what is derived from the code: the tables in the README, the states in CONTRIBUTING and the permission list of
 * the set-up.
 */
const root = join(import.meta.dirname, '..');
const steps = placedSteps(offboardPerson).map(({ step, stage }) => ({
  step,
  stage: offboardPerson.stages[stage]?.title ?? '',
}));
const partnerSteps = placedSteps(removePartner).map(({ step, stage }) => ({
  step,
  stage: removePartner.stages[stage]?.title ?? '',
}));

export interface Generated {
  file: string;
  content: string;
}

export function generated(): Generated[] {
  return [
    { file: join(root, 'README.md'), content: readme(readFileSync(join(root, 'README.md'), 'utf8')) },
    {
      file: join(root, 'CONTRIBUTING.md'),
      content: contributing(readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')),
    },
    { file: join(root, 'infra/azure/graphPermissions.json'), content: permissions() },
  ];
}

function readme(text: string): string {
  const tables = {
    steps: stepTable(steps),
    'partner-steps': stepTable(partnerSteps),
    commands: commandTable(),
    signals: signalTable(),
  };
  return Object.entries(tables).reduce((made, [name, table]) => between(made, name, table), text);
}

function contributing(text: string): string {
  return between(between(text, 'case-states', diagram(caseStates)), 'step-states', diagram(stepStates));
}

/** Every state with what it means, and every way between two, drawn by whoever shows Markdown with Mermaid in it. */
function diagram(states: typeof caseStates | typeof stepStates): string {
  const name = (state: string) => state.replaceAll('-', '_');
  const meaning = Object.entries(states).map(([state, { means }]) => `| \`${state}\` | ${means} |`);
  const ways = movesOf(states).map(({ from, to, by, on }) => `  ${name(from)} --> ${name(to)}: ${on} (${by})`);
  return [
    '```mermaid',
    'stateDiagram-v2',
    ...ways,
    '```',
    '',
    '| State | What it means |',
    '|---|---|',
    ...meaning,
  ].join('\n');
}

/** What a person's step needs beside permissions; a partner's needs nothing else. */
type Placed = {
  step: (PersonStep | PartnerStep) & Partial<Pick<PersonStep, 'exchange' | 'directoryRole'>>;
  stage: string;
};

function stepTable(placed: readonly Placed[]): string {
  const rows = placed.map(({ step, stage }, index) => {
    const role = {
      always: '; User Administrator',
      'for privileged subjects': '; for privileged people Privileged Authentication Administrator',
    };
    const exchange = { recipients: 'Exchange Recipient Administrator', hold: 'Exchange Administrator' };
    const rights = [
      ...step.permissions.map((name) => `\`${name}\``),
      ...(step.exchange ? [exchange[step.exchange]] : []),
    ];
    const needs = `${rights.join(', ')}${step.directoryRole ? role[step.directoryRole] : ''}`;
    const first = placed[index - 1]?.stage !== stage;
    return `| ${first ? `**${stage}**` : ''} | ${step.title}${step.destructive ? ' (destroying takes two approvers)' : ''} | ${step.does} | ${step.cannotUndo === null ? 'yes' : `no. ${step.cannotUndo}`} | ${needs} |`;
  });
  return ['| Stage | Step | What it does | Can be undone | Needs |', '|---|---|---|---|---|', ...rows].join('\n');
}

const signals = [...everySignal, ownersSignal];

function signalTable(): string {
  const rows = signals.map(({ name, permissions }) => {
    const needs = permissions.map((permission) => `\`${permission}\``).join(', ') || '`Directory.Read.All`';
    return `| ${name.charAt(0).toUpperCase()}${name.slice(1)} | ${needs} |`;
  });
  return ['| Looked at | Needs |', '|---|---|', ...rows].join('\n');
}

function commandTable(): string {
  const rows = commands.flatMap(({ usage, does }) =>
    usage === null ? [] : [`| \`${usage.replaceAll('|', '\\|')}\` | ${does} |`],
  );
  return ['| Type | What happens |', '|---|---|', ...rows].join('\n');
}

function permissions(): string {
  const needed = [...new Set([...basePermissions, ...steps.flatMap(({ step }) => step.permissions)])].sort();
  const ofPartners = [...signals, ...partnerSteps.map(({ step }) => step)];
  const partners = [...new Set(ofPartners.flatMap(({ permissions }) => permissions))].sort();
  const broader = (name: string) => needed.includes(name.replace(/\.Read\b/, '.ReadWrite')) && /\.Read\b/.test(name);
  return `${JSON.stringify({ comment: 'Generated by npm run generate from the steps. Microsoft Graph application permissions.', needed: needed.filter((name) => !broader(name)), optional: [...optionalPermissions], partners: partners.filter((name) => !needed.includes(name) && !needed.includes(name.replace('.Read.', '.ReadWrite.')) && !optionalPermissions.some((one) => one === name)), exchangeOnline: [...exchangePermissions] }, null, 2)}\n`;
}

function between(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name}: generated by npm run generate -->`, `<!-- /${name} -->`];
  const [before, rest] = text.split(start);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`There is no place for ${name}`);
  return `${before}${start}\n${content}\n${end}${after}`;
}

if (import.meta.main) for (const { file, content } of generated()) writeFileSync(file, content);
