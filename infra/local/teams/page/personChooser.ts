import type { Person } from './api.ts';
import { h } from './dom.ts';

export const presets: Record<string, string> = {
  'hana@contoso.com': 'helpdesk',
  'arno@contoso.com': 'approver',
  'priya@contoso.com': 'second approver',
  'omar@contoso.com': 'admin',
  'tess@contoso.com': 'outsider',
};

/** Who sits here; the people that a rehearsal needs come first. */
export function personChooser(people: Person[], chosen: Person, choose: (person: Person) => void): HTMLElement {
  const role = (person: Person) => presets[person.userPrincipalName.toLowerCase()];
  const option = (person: Person) =>
    h(
      'option',
      { value: person.id, selected: person.id === chosen.id },
      `${person.displayName} · ${role(person) ?? person.jobTitle ?? person.userPrincipalName}`,
    );
  const order = Object.keys(presets);
  const first = people
    .filter(role)
    .sort(
      (a, b) => order.indexOf(a.userPrincipalName.toLowerCase()) - order.indexOf(b.userPrincipalName.toLowerCase()),
    );
  const rest = people.filter((person) => !role(person)).sort((a, b) => a.displayName.localeCompare(b.displayName));
  const select = h(
    'select',
    { 'aria-label': 'Who sits here' },
    h('optgroup', { label: 'Roles in a rehearsal' }, ...first.map(option)),
    h('optgroup', { label: 'Everyone else' }, ...rest.map(option)),
  );
  select.addEventListener('change', () => {
    const person = people.find((each) => each.id === select.value);
    if (person) choose(person);
  });
  return select;
}
