import { lazy, Suspense } from "react";
import { useStore } from "zustand";
import { useText } from "../../languages/text";
import { usePhone } from "../../store/phone-context";
import { useNavigation, useShell } from "../../store/shell";

const CallStory = lazy(async () => ({ default: (await import("./call-story")).CallStory }));

/** Opens the story of a call: the server's, or where it tells none, what this page has said and heard itself. */
export function CallStoryButton({ callId, className }: { callId: string | undefined; className: string }) {
  const text = useText();
  const { server, navigation } = useShell();
  const { engine } = usePhone();
  const isTold = useStore(server, ({ features }) => features.includes("story"));
  if (!callId || !(isTold || engine.recordOf(callId).length > 0)) return null;
  return (
    <button
      type="button"
      className={className}
      data-action="story"
      onClick={() => navigation.setState({ story: callId })}
    >
      {text("story.title")}
    </button>
  );
}

/** Over the page, whatever becomes of the call behind it. */
export function OpenCallStory() {
  const { navigation } = useShell();
  const callId = useNavigation(({ story }) => story);
  if (callId === undefined) return null;
  return (
    <Suspense>
      <CallStory callId={callId} onClose={() => navigation.setState({ story: undefined })} />
    </Suspense>
  );
}
