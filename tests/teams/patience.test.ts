import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { type Door, openDoor } from '../support/door.ts';

/** What comes back for some bytes, and how long the line was held open. With `everyMs` more bytes follow until it is cut. */
function send(door: Door, bytes: string, everyMs?: number, more = ' '): Promise<{ answer: string; ms: number }> {
  const began = Date.now();
  const socket = connect(Number(new URL(door.url).port), '127.0.0.1');
  socket.write(bytes);
  const drip = everyMs === undefined ? undefined : setInterval(() => socket.write(more), everyMs);
  let answer = '';
  return new Promise((resolve) => {
    socket.on('data', (chunk) => {
      answer += String(chunk);
      if (drip === undefined) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(drip);
      resolve({ answer, ms: Date.now() - began });
    });
  });
}

const head = (token: string, length: number) =>
  `POST /api/messages HTTP/1.1\r\nhost: bot\r\ncontent-type: application/json\r\n${token && `authorization: Bearer ${token}\r\n`}content-length: ${length}\r\n\r\n`;

describe('the patience of the door', () => {
  let door: Door;
  before(async () => {
    door = await openDoor();
  });
  after(() => door[Symbol.asyncDispose]());

  it('answers a stranger by the header alone, without a body', async () => {
    const { answer, ms } = await send(door, head('', 50_000));
    assert.match(answer, /^HTTP\/1\.1 401 /);
    assert.ok(ms < 1000, `${ms} ms`);
  });

  it('answers a forged token by the header alone, too', async () => {
    const { answer } = await send(door, head(await door.token({}, 'foreign'), 50_000));
    assert.match(answer, /^HTTP\/1\.1 401 /);
  });

  it('answers what will be too large before it comes', async () => {
    const { answer } = await send(door, head(await door.token(), 101 * 1024));
    assert.match(answer, /^HTTP\/1\.1 413 /);
  });

  it('cuts off a body that drips in, and carries nothing of it out', async () => {
    const logged = door.log().length;
    const { answer, ms } = await send(door, `${head(await door.token(), 5_000)}{"type":`, 100);
    assert.match(answer, /^HTTP\/1\.1 408 Request Timeout\r\nConnection: close\r\n\r\n$/);
    assert.ok(ms > 6000 && ms < 10_000, `${ms} ms`);
    assert.equal(door.log().slice(logged), '');
  });

  it('cuts off the body of a stranger that drips in, though it was answered', async () => {
    const { answer, ms } = await send(door, head('', 5_000), 100);
    assert.match(answer, /^HTTP\/1\.1 401 /);
    assert.ok(ms < 12_000, `${ms} ms`);
  });

  it('cuts off headers that drip in', async () => {
    const { ms } = await send(door, 'POST /api/messages HTTP/1.1\r\nx:', 100);
    assert.ok(ms < 6000, `${ms} ms`);
  });

  it('hangs up on a stranger whose body has no end', async () => {
    const chunked =
      'POST /api/messages HTTP/1.1\r\nhost: bot\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n';
    const { answer, ms } = await send(door, chunked, 100, '1\r\nx\r\n');
    assert.match(answer, /^HTTP\/1\.1 401 /);
    assert.match(answer, /connection: close/i);
    assert.ok(ms < 1000, `${ms} ms`);
  });

  it('keeps a connection open for longer than what stands before it does', async () => {
    const post = async (token: string) =>
      fetch(door.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(door.activity()),
      });
    const genuine = await post(await door.token());
    assert.equal(genuine.status, 200);
    assert.equal(genuine.headers.get('keep-alive'), 'timeout=250');
    const stranger = await post(await door.token({}, 'foreign'));
    assert.equal(stranger.status, 401);
    assert.equal(stranger.headers.get('connection'), 'close', 'nobody who is turned away keeps one');
  });
});
