// Hold, mute and digits of JsSIP.
// @ts-check
import { inCall } from './stacks.mjs';

inCall('JsSIP', (stage, extension) => stage.jsSipPhone(extension));
