import type * as Renderer from 'adaptivecards';

declare global {
  var AdaptiveCards: typeof Renderer;
}

/** Microsoft's renderer comes as a classic script; this hands its parts on by name. */
export const { AdaptiveCard, GlobalRegistry, HostConfig, Input, SerializationContext, Versions } =
  globalThis.AdaptiveCards;
