import type { CredentialSource } from "./credential-source";
import type { PhoneEngine } from "./phone-engine";
import { SipPhoneEngine } from "./sip-phone-engine";
import { browserTabs } from "./tabs/browser-tabs";
import { SharedPhone } from "./tabs/shared-phone";
import { SharedShelf } from "./tabs/shared-shelf";

/** The telephone of this page, which is that of all tabs where the browser can tell them of each other. */
export function openPhone(credentials: CredentialSource): PhoneEngine {
  const tabs = browserTabs(__PHONE_VERSION__);
  if (!tabs) return new SipPhoneEngine({ credentials });
  const shelf = new SharedShelf();
  return new SharedPhone(new SipPhoneEngine({ credentials, shelf }), tabs, shelf);
}
