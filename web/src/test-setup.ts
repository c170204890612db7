import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";

// Pages are fetched when they are opened, which a busy machine takes its time for.
configure({ asyncUtilTimeout: 10_000 });

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  localStorage.clear();
  sessionStorage.clear();
  // The page that is open is in the address.
  history.replaceState(null, "", "/");
});
