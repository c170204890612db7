import { useState } from "react";
import { bestLanguage, chosenLanguage, isLanguage, LANGUAGES } from "../../languages/language";
import { chooseLanguage, useText } from "../../languages/text";

export function LanguageChoice() {
  const text = useText();
  const [choice, setChoice] = useState(chosenLanguage);
  const [failed, setFailed] = useState(false);
  const choose = (value: string) => {
    const chosen = isLanguage(value) ? value : undefined;
    setChoice(chosen);
    setFailed(false);
    chooseLanguage(chosen).catch(() => setFailed(true));
  };
  const ofBrowser = LANGUAGES[bestLanguage(navigator.languages)].name;
  return (
    <div className="setting">
      <label htmlFor="languageChoice">{text("settings.language")}</label>
      <select
        id="languageChoice"
        className="form-control choice"
        value={choice ?? ""}
        onChange={(event) => choose(event.target.value)}
      >
        <option value="">{text("settings.languageOfBrowser", { language: ofBrowser })}</option>
        {Object.entries(LANGUAGES).map(([code, { name }]) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
      {failed && (
        <p id="languageFailed" className="setting-help text-danger-emphasis" role="alert">
          {text("settings.languageFailed")}
        </p>
      )}
    </div>
  );
}
