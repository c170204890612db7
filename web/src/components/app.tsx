import phoneIcon from "bootstrap-icons/icons/telephone-fill.svg?paths";
import { useEffect, useRef } from "react";
import { useText } from "../languages/text";
import { usePhone, useView } from "../store/phone-context";
import { screenOf } from "../store/screen";
import { ActionBar } from "./action-bar";
import { AudioNotice } from "./audio-settings/audio-notice";
import { ContentPanel } from "./content-panel";
import { Icon } from "./icon";
import { SignIn } from "./sign-in";
import { StatusLine } from "./status-line";
import { TopBar } from "./top-bar";

export function App() {
  const text = useText();
  const screen = useView(screenOf);
  const registration = useView((view) => view.registration.kind);
  return (
    <main className="phone card" data-testid="phone" data-screen={screen} data-registration={registration}>
      <header className="card-header">
        <Icon paths={phoneIcon} />
        <h1>{text("app.title")}</h1>
      </header>
      {screen === "sign-in" ? (
        <SignIn />
      ) : (
        <div className="phone-panel">
          <TopBar />
          <AudioNotice />
          <ContentPanel screen={screen} />
          <ActionBar screen={screen} />
        </div>
      )}
      <StatusLine />
      <RemoteAudio />
    </main>
  );
}

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
