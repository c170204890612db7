import { useState } from "react";
import { notificationPermission } from "../../desktop/desktop";
import { useText } from "../../languages/text";
import { useSettings, useShell } from "../../store/shell";
import { Switch } from "./switch";

export function NotificationSettings() {
  const text = useText();
  const [permission, setPermission] = useState(() => notificationPermission(window));
  return (
    <div className="setting" id="notificationSettings" data-permission={permission}>
      <p className="setting-help">{text("settings.notificationsHelp")}</p>
      {permission === "granted" && <ShowNotifications />}
      {permission === "default" && (
        <button
          type="button"
          id="allowNotificationsBtn"
          className="btn btn-primary"
          // Browsers let a page ask once, and only somebody who has pressed something says yes to it.
          onClick={() => void Notification.requestPermission().then(setPermission)}
        >
          {text("settings.notificationsAllow")}
        </button>
      )}
      {permission === "denied" && (
        <p id="noNotifications" className="setting-help">
          {text(
            "Notification" in window && window.isSecureContext
              ? "settings.notificationsDenied"
              : "settings.notificationsUnsupported",
          )}
        </p>
      )}
    </div>
  );
}

function ShowNotifications() {
  const text = useText();
  const { settings } = useShell();
  const { notifications } = useSettings();
  return (
    <Switch
      id="notificationsSwitch"
      name={text("settings.notificationsShow")}
      on={notifications}
      onChange={(on) => settings.setState({ notifications: on })}
    />
  );
}
