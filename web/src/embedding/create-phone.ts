import { isLanguage } from "../languages/language";
import { speak, startLanguage } from "../languages/text";
import { SipPhoneEngine } from "../phone-engine/sip-phone-engine";
import { followPage } from "../store/page-events";
import type { PhoneOptions, WebCallingPhone } from "./api";
import { EmbeddedPhone, PageCredentials } from "./embedded-phone";

/** Where this program came from, unless the page says otherwise. */
export function homeOf(server: string | undefined): URL {
  const home = new URL(server ?? import.meta.url, location.href);
  if (home.protocol === "http:" || home.protocol === "https:") return home;
  throw new Error(
    `<webcalling-phone>: the server "${server}" is no http or https address, such as https://pbx.example.com.`,
  );
}

/**
 * A telephone for a page of others. It uses no cookie of the server, hence it asks for no session: it has the password in
 * its memory, or logins that the page around it gets.
 */
export function createPhone(options: PhoneOptions = {}): WebCallingPhone {
  return openEmbedded(options).phone;
}

/** The engine as well, for those of us who render it. */
export function openEmbedded({ server, language }: PhoneOptions) {
  const credentials = new PageCredentials();
  const engine = new SipPhoneEngine({ credentials, home: homeOf(server) });
  followPage(engine, window);
  // Sentences are English until the language is there.
  (isLanguage(language) ? speak(language) : startLanguage()).catch(() => {});
  // What events there are, is for the compiler only.
  const phone = new EmbeddedPhone(engine, credentials) as WebCallingPhone;
  return { engine, phone };
}
