// A second browser stack: what the web phone can do, JsSIP can do as well.
// @ts-check
import { calls } from './stacks.mjs';

calls('JsSIP', (stage, extension) => stage.jsSipPhone(extension));
