import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./components/app";
import { followBadge } from "./desktop/app-badge";
import { desktopOf } from "./desktop/desktop";
import { startServiceWorker } from "./desktop/installation";
import { notifyOfMessages } from "./desktop/message-notification";
import { notifyOfCalls } from "./desktop/notifier";
import { startLanguage, tellLanguage } from "./languages/text";
import { openPhone } from "./phone-engine/open-phone";
import { ServerSession } from "./server-api/session";
import { callForAttention } from "./store/attention";
import { takeDialLink } from "./store/dial-link";
import { listenToKeyboard } from "./store/keyboard";
import { followPage } from "./store/page-events";
import { PhoneContext } from "./store/phone-context";
import { createPhone } from "./store/phone-store";
import { mayHaveSession } from "./store/remembered-session";
import { lookForSecurePage } from "./store/secure-page";
import { createShell } from "./store/shell";
import { followTheme } from "./store/theme";
import "./styles/main.scss";

const engine = openPhone(new ServerSession());
const phone = createPhone(engine);
const shell = createShell(phone, window);
followTheme(shell.settings, window);
followPage(engine, window);
takeDialLink(phone, window);
if (mayHaveSession()) engine.resumeSession();
listenToKeyboard(phone, document, shell);
void lookForSecurePage(phone, window);

tellLanguage(document);
// A language that cannot be fetched leaves the phone in English.
await startLanguage().catch(() => {});
callForAttention(phone, document, shell.history, shell.messages);
followBadge(phone, shell.history, navigator, shell.messages);
const desktop = desktopOf(window);
notifyOfCalls(phone, shell.settings, desktop);
notifyOfMessages({ ...shell, phone }, desktop);

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no element #root.");
createRoot(root).render(
  <StrictMode>
    <PhoneContext value={phone}>
      <App shell={shell} />
    </PhoneContext>
  </StrictMode>,
);

// After everything that the first screen needs. Browsers refuse it with a certificate that the user had to accept;
// the phone then starts from the server only, and its notifications have no buttons.
if (import.meta.env.PROD && window.isSecureContext && "serviceWorker" in navigator) {
  void startServiceWorker(shell.installation, navigator.serviceWorker).catch(() => {});
}
