// Hold, mute and digits of the web phone, which is made with SIP.js.
// @ts-check
import { inCall } from './stacks.mjs';

inCall('the web phone', (stage, extension) => stage.webPhone(extension));
