/**
 * For the end of a proof: what is there now, and was in no plan, stays, and people hear of it. Empty where nothing came.
 */
export function cameLater(count: number, one: string, several = `${one}s`): string {
  if (count === 0) return '';
  return count === 1
    ? ` 1 ${one} came after the plan and stays.`
    : ` ${count} ${several} came after the plan and stay.`;
}
