import { useText } from "../../languages/text";
import { THEMES } from "../../store/settings";
import { useSettings, useShell } from "../../store/shell";

export function ThemeChoice() {
  const text = useText();
  const { settings } = useShell();
  const { theme: chosen } = useSettings();
  return (
    <fieldset className="setting" id="themeChoice">
      <legend>{text("settings.theme")}</legend>
      <div className="segments">
        {THEMES.map((theme) => (
          <label key={theme} className="segment">
            <input
              type="radio"
              name="theme"
              value={theme}
              checked={theme === chosen}
              onChange={() => settings.setState({ theme })}
            />
            <span>{text(`settings.${theme}`)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
