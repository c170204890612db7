import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./components/app";
import { startLanguage } from "./languages/text";
import { SipPhoneEngine } from "./phone-engine/sip-phone-engine";
import { callForAttention } from "./store/attention";
import { takeDialLink } from "./store/dial-link";
import { listenToKeyboard } from "./store/keyboard";
import { followPage } from "./store/page-events";
import { PhoneContext } from "./store/phone-context";
import { createPhone } from "./store/phone-store";
import { lookForSecurePage } from "./store/secure-page";
import { followSystemTheme } from "./store/theme";
import "./styles/main.scss";

const engine = new SipPhoneEngine();
const phone = createPhone(engine);
followSystemTheme(window);
followPage(engine, window);
listenToKeyboard(phone, document);
callForAttention(phone, document);
takeDialLink(phone, window);
void lookForSecurePage(phone, window);

// A language that cannot be fetched leaves the phone in English.
await startLanguage().catch(() => {});

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no element #root.");
createRoot(root).render(
  <StrictMode>
    <PhoneContext value={phone}>
      <App />
    </PhoneContext>
  </StrictMode>,
);
