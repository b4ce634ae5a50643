import { type ListenOptions, Server } from 'node:net';

/** Loaded before a program of others (`node --import`), it keeps whatever that listens on to this machine. */
const loopback = '127.0.0.1';
const listen = Server.prototype.listen as (this: Server, ...given: unknown[]) => Server;

Server.prototype.listen = function (this: Server, ...given: unknown[]): Server {
  const options = optionsOf(given[0]);
  if (options === null) return listen.apply(this, given);
  const heard = given.find((one) => typeof one === 'function');
  return listen.call(this, { ...options, host: loopback }, ...(heard ? [heard] : []));
} as Server['listen'];

/** Null for what is no port: a socket file, or a handle that somebody else opened. */
function optionsOf(first: unknown): ListenOptions | null {
  if (first === undefined || typeof first === 'function') return { port: 0 };
  if (typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first))) return { port: Number(first) };
  if (typeof first === 'object' && first !== null && 'port' in first) return first as ListenOptions;
  return null;
}
