// What JsSIP does in a way of its own, and with the other stack.
// @ts-check
import { connect, hearEachOther, hearsMusicInsteadOf } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';

scene('JsSIP holds and resumes by UPDATE', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.jsSipPhone('1002', { renegotiates: 'UPDATE' });
  await connect(web, bob);
  await hearEachOther(web, bob);
  await web.hold();
  await hearsMusicInsteadOf(bob, web);
  await web.resume();
  await hearEachOther(web, bob);
});

scene('digits that JsSIP sends by INFO arrive at a SIP phone as events', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.jsSipPhone('1002', { digits: 'INFO' });
  await connect(web, bob);
  await web.sendDigits('1590*#');
  await bob.digits('1590*#');
});

scene('JsSIP and the web phone call each other', async (stage) => {
  const alice = await stage.webPhone('1001');
  const bob = await stage.jsSipPhone('1002');
  await connect(alice, bob);
  await hearEachOther(alice, bob);
  await bob.hangup();
  await alice.closed('remote-hung-up');
  await alice.idle();
  await connect(bob, alice);
  await hearEachOther(alice, bob);
});

scene('JsSIP is told why a call was not answered', async (stage) => {
  const web = await stage.jsSipPhone('1002');
  const bob = await stage.phone('1003');
  await web.dial('1003');
  await bob.incoming();
  await bob.hangup();
  await web.closed('busy');
  await web.dial('1001');
  await web.closed('unavailable');
  await web.dial('7777');
  await web.closed('unknown-number');
});
