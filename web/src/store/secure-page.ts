import type { Phone } from "./phone-store";

type Page = Pick<Window, "isSecureContext" | "fetch"> & { location: Pick<Location, "hostname"> };

/** Finds out whether this page may have a microphone, and if not, where the same phone may. */
export async function lookForSecurePage(phone: Phone, page: Page): Promise<void> {
  if (page.isSecureContext) return;
  phone.store.setState({ insecurePage: {} });
  const port = await askForPort(page);
  if (port) phone.store.setState({ insecurePage: { otherwise: `https://${page.location.hostname}:${port}/` } });
}

async function askForPort(page: Page): Promise<number | undefined> {
  try {
    const answer: unknown = await (await page.fetch("/server.json")).json();
    if (typeof answer !== "object" || answer === null) return undefined;
    const port: unknown = Reflect.get(answer, "httpsPort");
    return typeof port === "number" ? port : undefined;
  } catch {
    // The page comes from elsewhere than from the PBX.
    return undefined;
  }
}
