/** Whose something is, as far as what was found tells it. */
export type Of = { tenantId: string } | { domain: string } | { named: string } | { everybody: true };

/** One thing that another organization holds here. */
export type Finding = { of: Of } & Fact;

export type Fact =
  | {
      what: 'entry';
      isProvider: boolean;
      isOwnOrganization: boolean;
      /** Whether multifactor authentication that people did at home counts here; null where the default decides. */
      trustsMfa: boolean | null;
      isBlocked: boolean;
    }
  /** What holds for everybody of whom nothing else is set. */
  | { what: 'default'; trustsMfa: boolean }
  | { what: 'synchronization' }
  | {
      what: 'subscription';
      license: string;
      seats: number;
      /** Graph's word. */
      status: string;
      /** When its state changes next, unless it is renewed. ISO 8601. */
      until: string | null;
    }
  | { what: 'contact'; for: string; address: string }
  | {
      what: 'role';
      role: string;
      roleTemplateId: string;
      /** A group of theirs, a person or an app. */
      holder: string;
      how: 'delegated' | 'person' | 'app';
      isEligible: boolean;
    }
  | {
      what: 'person';
      id: string;
      name: string;
      isGuest: boolean;
      isEnabled: boolean;
      isPending: boolean;
      /** ISO 8601; null = never, undefined = not known. */
      lastSignIn: string | null | undefined;
    }
  | {
      what: 'app';
      id: string;
      name: string;
      isEnabled: boolean;
      /** Application permissions: what it may do with nobody signed in. */
      mayDo: string[];
      /** Delegated ones, with for whom. */
      consents: string[];
      /** How many people and groups of ours are assigned to it. */
      users: number;
      groups: number;
    }
  | { what: 'connected'; name: string; policies: string[] }
  | { what: 'package'; name: string; person: string }
  | { what: 'channel'; name: string; team: string; people: number }
  | { what: 'exclusion'; policy: string; isOn: boolean; who: string }
  | { what: 'location'; name: string; isTrusted: boolean }
  | { what: 'key'; says: string };
