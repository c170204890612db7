// S3 of docs/security.md: strangers ask faster than anybody can answer, while people call each other.
// @ts-check
import assert from 'node:assert/strict';
import { flood } from '../peers/flood.mjs';
import { isSanitized, residentMegabytes } from '../peers/resources.mjs';
import { siege } from '../peers/siege.mjs';
import { hearEachOther } from '../peers/situations.mjs';

const kRequests = 200_000;

siege(
  'a flood',
  {
    'S3 200,000 requests without credentials over UDP and TCP leave no memory behind, and calls go through': async ({ stage }) => {
      const pid = stage.server.pid ?? 0;
      const { sip } = stage.server.ports;
      const megabytes = residentMegabytes(pid);
      let over = false;
      const floods = Promise.all([flood('UDP', sip, kRequests / 2), flood('TCP', sip, kRequests / 2)]).finally(() => {
        over = true;
      });
      const caller = await stage.plainPhone('1003', { transport: 'tcp' });
      const callee = await stage.plainPhone('1004');
      do {
        assert.ok(!over, 'the flood was over before anybody could call');
        const calling = caller.call('1004');
        await callee.answer(await callee.incoming());
        const call = await calling;
        await hearEachOther(caller, callee);
        await call.hangup();
        await callee.client.received.take('BYE', (message) => message.isRequest && message.method === 'BYE');
      } while (!over);
      const [datagrams, stream] = await floods;
      assert.equal(stream.answered, kRequests / 2);
      assert.ok(datagrams.answered > 0.95 * datagrams.sent, `${datagrams.answered} of ${datagrams.sent} datagrams were answered`);
      const grown = residentMegabytes(pid) - megabytes;
      if (!isSanitized(pid)) assert.ok(grown < 20, `the server has grown by ${grown.toFixed(1)} MB`);
    },
  },
  { timeout: 110_000 },
);
