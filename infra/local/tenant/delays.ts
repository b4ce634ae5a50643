import { z } from 'zod';

const ms = (normal: number) => z.number().min(0).default(normal);

/** How long the real service takes to do what it only promised; 0 does it at once. */
export const delaysSchema = z.strictObject({
  /** From a PIM request to its effect. */
  pimMs: ms(0),
  /** From retire or wipe to the device's disappearance; `…Issued` shows from the middle on. */
  deviceMs: ms(500),
  /** From applyHold or removeHold to the hold's state. */
  holdMs: ms(500),
  /** From exportResult or estimateStatistics to the end of the operation. */
  exportMs: ms(2000),
});

export type Delays = z.infer<typeof delaysSchema>;
