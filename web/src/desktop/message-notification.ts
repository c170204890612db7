import type { StoreApi } from "zustand/vanilla";
import { whoAndNumber } from "../languages/phrases";
import { text } from "../languages/text";
import type { Chat, Conversation } from "../store/messages";
import type { Navigation } from "../store/navigation";
import type { Phone } from "../store/phone-store";
import type { Settings } from "../store/settings";
import { openPage } from "../store/shell";
import { type MessageReference, messagePress } from "./message-press";
import type { Desktop } from "./notifier";

/** A notification has room for so much. */
const EXCERPT = 200;

interface Surroundings {
  phone: Pick<Phone, "store">;
  messages: Chat;
  settings: StoreApi<Settings>;
  navigation: Navigation;
}

/** Shows what is written while the user looks at something else; a press opens the conversation. */
export function notifyOfMessages({ phone, messages, settings, navigation }: Surroundings, desktop: Desktop): void {
  const show = (number: string) => {
    messages.open(number);
    openPage(navigation, "messages");
  };
  messages.subscribe(({ conversations, account }, before) => {
    if (conversations === before.conversations || account !== before.account) return;
    // The tab that has the phone says it.
    if (phone.store.getState().elsewhere) return;
    if (!settings.getState().notifications || desktop.permission() !== "granted" || desktop.inFront()) return;
    for (const conversation of conversations) {
      const known = before.conversations.find(({ peer }) => peer.number === conversation.peer.number);
      if (conversation.unread > (known?.unread ?? 0)) void notify(desktop, conversation, show);
    }
  });
  desktop.onWorkerMessage((data) => {
    const press = messagePress(data);
    if (press?.tab === desktop.tab) show(press.conversation);
  });
}

async function notify(desktop: Desktop, { peer, messages }: Conversation, show: (number: string) => void) {
  const reference: MessageReference = { tab: desktop.tab, conversation: peer.number };
  const title = text("messages.incoming", { caller: whoAndNumber(text, peer) });
  const options: NotificationOptions = {
    body: messages.at(-1)?.text.slice(0, EXCERPT),
    // One for each conversation, whatever is written in it.
    tag: `webcalling-message-${desktop.tab}-${peer.number}`,
    icon: "/icons/icon-192.png",
    data: reference,
  };
  try {
    const worker = await desktop.worker();
    if (worker) {
      await worker.showNotification(title, options);
      return;
    }
    const notification = desktop.show(title, options);
    notification.onclick = () => {
      desktop.focus();
      show(peer.number);
      notification.close();
    };
  } catch {
    // The browser has changed its mind about the permission: the tab and the title count it all the same.
  }
}
