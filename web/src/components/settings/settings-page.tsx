import { useStore } from "zustand";
import { useText } from "../../languages/text";
import { AUDIO_CHECK_NUMBER } from "../../store/server-features";
import { useShell } from "../../store/shell";
import { AudioSettings } from "../audio-settings/audio-settings";
import { About } from "./about";
import { LanguageChoice } from "./language-choice";
import { NotificationSettings } from "./notification-settings";
import { ShortcutSettings } from "./shortcut-settings";
import { ThemeChoice } from "./theme-choice";

export function SettingsPage() {
  const text = useText();
  const canCheck = useStore(useShell().server, ({ features }) => features.includes("audio-check"));
  return (
    <div className="page settings">
      <h2 className="page-title">{text("pages.settings")}</h2>
      <section className="settings-group">
        <h3>{text("settings.appearance")}</h3>
        <LanguageChoice />
        <ThemeChoice />
      </section>
      <section className="settings-group">
        <h3>{text("audio.title")}</h3>
        <AudioSettings checkNumber={canCheck ? AUDIO_CHECK_NUMBER : undefined} />
      </section>
      <section className="settings-group">
        <h3>{text("settings.notifications")}</h3>
        <NotificationSettings />
      </section>
      <section className="settings-group">
        <h3>{text("settings.keyboard")}</h3>
        <ShortcutSettings />
      </section>
      <section className="settings-group">
        <h3>{text("settings.about")}</h3>
        <About />
      </section>
    </div>
  );
}
