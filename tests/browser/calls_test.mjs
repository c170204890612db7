// Calls of the web phone, which is made with SIP.js.
// @ts-check
import { calls } from './stacks.mjs';

calls('the web phone', (stage, extension) => stage.webPhone(extension));
