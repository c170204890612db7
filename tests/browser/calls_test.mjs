// Calls of the web phone: each side hears the other's tone.
// @ts-check
import { kCodecs } from '../peers/baresip.mjs';
import { connect, hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';

for (const codec of [kCodecs.pcmu, kCodecs.opus, kCodecs.g722]) {
  scene(`the web phone calls a SIP phone with ${codec}`, async (stage) => {
    const bob = await stage.phone('1001', { codecs: [codec] });
    const web = await stage.webPhone('1002');
    await connect(web, bob);
    await hearEachOther(web, bob);
    await web.hangup();
    await bob.closed();
    await web.closed('hung-up');
    await web.idle();
  });
}

for (const transport of /** @type {const} */ (['udp', 'tcp'])) {
  scene(`a SIP phone on ${transport} calls the web phone`, async (stage) => {
    const bob = await stage.phone('1001', { transport });
    const web = await stage.webPhone('1002');
    await connect(bob, web);
    await hearEachOther(bob, web);
    await bob.hangup();
    await web.closed('remote-hung-up');
    await bob.idle();
  });
}

scene('two web phones call each other', async (stage) => {
  const alice = await stage.webPhone('1001');
  const bob = await stage.webPhone('1002');
  await connect(alice, bob);
  await hearEachOther(alice, bob);
  await bob.hangup();
  await alice.closed('remote-hung-up');
  await bob.idle();
  await alice.idle();
  await connect(bob, alice);
  await hearEachOther(alice, bob);
  await bob.hangup();
  await alice.closed('remote-hung-up');
});

scene('9196 sends the web phone back what it says', async (stage) => {
  const web = await stage.webPhone('1002');
  await web.dial('9196');
  await web.established();
  await web.ear.hears(web.hz);
  await web.hangup();
  await web.closed('hung-up');
});

scene('a second call follows the first', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.webPhone('1002');
  for (let round = 0; round < 2; ++round) {
    await connect(web, bob);
    await hearEachOther(web, bob);
    await bob.hangup();
    await web.closed('remote-hung-up');
    await web.idle();
  }
});

scene('the caller hears ringback while the far end rings, and not after the answer', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.webPhone('1002');
  await web.dial('1001');
  await bob.incoming();
  await web.callState(/^early-media$/);
  await web.ear.hearsOtherThan([bob.hz, web.hz]);
  await bob.accept();
  await web.established();
  await hearEachOther(web, bob);
});
