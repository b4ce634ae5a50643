import { z } from 'zod';
import { lacksPremium, unlessDenied } from './failure.ts';
import type { GraphReader } from './graph.ts';
import { path, quoted } from './path.ts';

const eligibility = z.object({
  principalId: z.string(),
  roleDefinitionId: z.string(),
  roleDefinition: z.object({ displayName: z.string().nullable() }).nullish(),
});

/**
 * Directory roles that a person or group could activate (Privileged Identity Management). A tenant without Entra ID P2
 * has none. Null when the app may not look.
 */
export async function readEligibleRoles(
  graph: GraphReader,
  principalId: string,
): Promise<z.output<typeof eligibility>[] | null> {
  const filter = `principalId eq ${quoted(principalId)}`;
  try {
    return await unlessDenied(() =>
      graph.list(
        path`/roleManagement/directory/roleEligibilitySchedules?$filter=${filter}&$expand=roleDefinition`,
        eligibility,
      ),
    );
  } catch (error) {
    if (lacksPremium(error)) return [];
    throw error;
  }
}
