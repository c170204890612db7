// The web phone and SIP phones that encrypt in ways of their own.
// @ts-check
import { connect, hearEachOther, hearsMusicInsteadOf } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';

for (const encryption of /** @type {const} */ (['srtp-mand', 'dtls_srtp'])) {
  scene(`the web phone calls a SIP phone that demands ${encryption}`, async (stage) => {
    const bob = await stage.phone('1001', { encryption });
    const web = await stage.webPhone('1002');
    await connect(web, bob);
    await hearEachOther(web, bob);
    await web.hangup();
    await bob.closed();
  });

  scene(`a SIP phone with ${encryption} calls the web phone, holds and resumes`, async (stage) => {
    const bob = await stage.phone('1001', { encryption });
    const web = await stage.webPhone('1002');
    await connect(bob, web);
    await hearEachOther(bob, web);
    await bob.hold();
    await hearsMusicInsteadOf(web, bob);
    await bob.resume();
    await web.ear.forget();
    await web.ear.hears(bob.hz);
    await bob.hangup();
    await web.closed('remote-hung-up');
  });
}
