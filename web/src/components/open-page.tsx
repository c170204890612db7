import { type ComponentType, lazy, Suspense, useEffect, useMemo, useState } from "react";
import type { Page } from "../store/navigation";
import type { Screen } from "../store/screen";
import { ActionBar } from "./action-bar";
import { ContentPanel } from "./content-panel";
import { PageBoundary } from "./page-boundary";
import { TopBar } from "./top-bar";

/** The other pages are fetched when they are first opened, or while the phone has nothing to do. */
const PAGES: Record<Exclude<Page, "phone">, () => Promise<ComponentType>> = {
  people: async () => (await import("./people/people-page")).PeoplePage,
  history: async () => (await import("./history/history-page")).HistoryPage,
  messages: async () => (await import("./messages/messages-page")).MessagesPage,
  settings: async () => (await import("./settings/settings-page")).SettingsPage,
};

export function OpenPage({ page, screen }: { page: Page; screen: Screen }) {
  useEffect(fetchPages, []);
  if (page !== "phone") return <OtherPage key={page} load={PAGES[page]} />;
  return (
    <div className="phone-panel">
      <TopBar />
      <ContentPanel screen={screen} />
      <ActionBar screen={screen} />
    </div>
  );
}

/** `lazy` remembers a failure for ever; another attempt is another component. */
function OtherPage({ load }: { load: () => Promise<ComponentType> }) {
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every attempt loads anew
  const Content = useMemo(() => lazy(async () => ({ default: await load() })), [load, attempt]);
  return (
    <PageBoundary key={attempt} onRetry={() => setAttempt(attempt + 1)}>
      <Suspense fallback={<div className="page" aria-busy="true" />}>
        <Content />
      </Suspense>
    </PageBoundary>
  );
}

/**
 * A page that is open must not need a file any more when the server has another version:
 * whoever is in a call then cannot load anew.
 */
function fetchPages(): () => void {
  const fetchAll = () => {
    // What does not come now comes when it is opened, or is said then.
    for (const load of Object.values(PAGES)) load().catch(() => {});
  };
  // Safari has no requestIdleCallback.
  if (!("requestIdleCallback" in window)) {
    const timer = setTimeout(fetchAll, 2_000);
    return () => clearTimeout(timer);
  }
  const idle = requestIdleCallback(fetchAll, { timeout: 5_000 });
  return () => cancelIdleCallback(idle);
}
