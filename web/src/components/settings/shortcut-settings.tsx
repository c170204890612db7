import { useText } from "../../languages/text";
import { useSettings, useShell } from "../../store/shell";
import { Switch } from "./switch";

export function ShortcutSettings() {
  const text = useText();
  const { settings, navigation } = useShell();
  const { shortcuts } = useSettings();
  return (
    <div className="setting">
      <Switch
        id="shortcutsSwitch"
        name={text("settings.shortcutsOn")}
        on={shortcuts}
        onChange={(on) => settings.setState({ shortcuts: on })}
      />
      <button
        type="button"
        id="shortcutsBtn"
        className="btn btn-outline-secondary"
        onClick={() => navigation.setState({ shortcuts: true })}
      >
        {text("settings.shortcutsShow")}
      </button>
    </div>
  );
}
