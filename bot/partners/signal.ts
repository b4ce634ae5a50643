import type { Finding } from './finding.ts';
import type { Sight } from './sight.ts';

/** One kind of trace that another organization leaves. */
export interface Signal {
  /** As it goes on in “Signoff could not look at …”. */
  name: string;
  /** Read before the first answer. */
  quick: boolean;
  /** Beside `Directory.Read.All`, which Signoff needs for everything. */
  permissions: readonly string[];
  /** @throws whatever Graph answers: one signal that can’t be read keeps no other from being read */
  read(sight: Sight): Promise<Finding[]>;
}
