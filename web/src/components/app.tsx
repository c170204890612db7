import phoneIcon from "bootstrap-icons/icons/telephone-fill.svg?paths";
import { useEffect, useRef, useState } from "react";
import { useText } from "../languages/text";
import { usePhone, useView } from "../store/phone-context";
import { screenOf } from "../store/screen";
import { createShell, type Shell, ShellContext, useNavigation } from "../store/shell";
import { AudioNotice } from "./audio-settings/audio-notice";
import { CallBar } from "./call-bar/call-bar";
import { OpenCallStory } from "./call-story/call-story-button";
import { DialRequest } from "./dial-request";
import { Icon } from "./icon";
import { LongSilence } from "./long-silence";
import { OpenPage } from "./open-page";
import { OtherCalls } from "./other-calls/other-calls";
import { ShortcutSheet } from "./shortcut-sheet/shortcut-sheet";
import { SignIn } from "./sign-in";
import { StatusLine } from "./status-line";
import { TabBar } from "./tab-bar/tab-bar";

/** `shell` is what surrounds the phone; without one it gets its own. */
export function App({ shell: given }: { shell?: Shell }) {
  const phone = usePhone();
  const [shell] = useState(() => given ?? createShell(phone, window));
  return (
    <ShellContext value={shell}>
      <Frame />
      <RemoteAudio />
    </ShellContext>
  );
}

function Frame() {
  const text = useText();
  const screen = useView(screenOf);
  const registration = useView((view) => view.registration.kind);
  const page = useNavigation((open) => open.page);
  const signedIn = screen !== "sign-in";
  return (
    <div
      className={`phone card ${signedIn ? "phone-with-tabs" : ""}`}
      data-testid="phone"
      data-screen={screen}
      data-registration={registration}
      data-page={signedIn ? page : undefined}
    >
      <header className="card-header">
        <Icon paths={phoneIcon} />
        <h1>{text("app.title")}</h1>
      </header>
      {signedIn && <TabBar />}
      <main className="phone-page">
        {signedIn ? (
          <>
            {page !== "phone" && <CallBar />}
            <DialRequest />
            <AudioNotice />
            <LongSilence />
            <OtherCalls />
            <OpenPage page={page} screen={screen} />
          </>
        ) : (
          <SignIn />
        )}
      </main>
      <StatusLine />
      <ShortcutSheet />
      <OpenCallStory />
    </div>
  );
}

/** Outside of every page: whatever is shown or breaks, the call is heard. */
function RemoteAudio() {
  const { engine } = usePhone();
  const element = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    engine.attachAudio(element.current);
    return () => engine.attachAudio(null);
  }, [engine]);
  // biome-ignore lint/a11y/useMediaCaption: a telephone call has no captions
  return <audio id="remoteAudio" ref={element} />;
}
