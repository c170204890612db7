// Phones without a common codec hear each other all the same.
// @ts-check
import { kCodecs } from '../peers/baresip.mjs';
import { connect, disconnect, hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';

const { pcmu, pcma, g722, opus } = kCodecs;
const pairs = [
  [opus, pcmu],
  [pcmu, opus],
  [opus, pcma],
  [opus, g722],
  [g722, opus],
  [g722, pcmu],
  [pcma, g722],
  [pcmu, pcma],
];

for (const [calling, called] of pairs) {
  scene(`a caller with ${calling} and a phone with ${called} hear each other`, async (stage) => {
    const alice = await stage.phone('1001', { codecs: [calling] });
    const bob = await stage.phone('1002', { codecs: [called] });
    await connect(alice, bob);
    await hearEachOther(alice, bob);
    await disconnect(alice, bob);
  });
}
