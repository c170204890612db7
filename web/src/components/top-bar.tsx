import micIcon from "bootstrap-icons/icons/mic-fill.svg?paths";
import micMutedIcon from "bootstrap-icons/icons/mic-mute-fill.svg?paths";
import powerIcon from "bootstrap-icons/icons/power.svg?paths";
import phoneIcon from "bootstrap-icons/icons/telephone-fill.svg?paths";
import speakerMutedIcon from "bootstrap-icons/icons/volume-mute-fill.svg?paths";
import speakerIcon from "bootstrap-icons/icons/volume-up-fill.svg?paths";
import { registrationState } from "../languages/phrases";
import { useText } from "../languages/text";
import { usePhone, useView } from "../store/phone-context";
import { currentCall } from "../store/screen";
import { Clock } from "./clock";
import { Icon } from "./icon";

export function TopBar() {
  const text = useText();
  const { engine, commands } = usePhone();
  const call = useView(currentCall);
  const speakerMuted = useView((view) => view.speakerMuted);
  const registration = useView((view) => view.registration);
  const identity = useView((view) => view.identity);
  const muted = call?.muted === true && call.phase.kind !== "ended";
  const statusName = text("phone.checkConnection", { state: registrationState(text, { registration, identity }) });
  return (
    <div className="top-bar">
      <div className="top-buttons" role="group" aria-label={text("phone.controls")}>
        <RoundButton
          id="mic"
          name={text("phone.muteMicrophone")}
          icon={muted ? micMutedIcon : micIcon}
          tone={muted ? "off" : "on"}
          pressed={muted}
          disabled={call?.phase.kind !== "active"}
          onPress={() => commands.toggleMuted()}
        />
        <RoundButton
          id="audio"
          name={text("phone.muteSpeaker")}
          icon={speakerMuted ? speakerMutedIcon : speakerIcon}
          tone={speakerMuted ? "off" : "on"}
          pressed={speakerMuted}
          onPress={() => engine.setSpeakerMuted(!speakerMuted)}
        />
        <RoundButton
          id="phoneStatus"
          name={statusName}
          icon={phoneIcon}
          tone={registration.kind === "registered" ? "on" : registration.kind === "failed" ? "off" : "waiting"}
          state={registration.kind}
          onPress={() => engine.checkConnection()}
        />
        <RoundButton
          id="power"
          name={text("phone.signOut")}
          icon={powerIcon}
          tone="power"
          onPress={() => commands.signOut()}
        />
      </div>
      <div className="top-facts">
        <Clock />
        <div id="currentUser" title={text("phone.ownAddress")}>
          {identity?.address}
        </div>
      </div>
    </div>
  );
}

interface RoundButtonProps {
  id: string;
  name: string;
  icon: readonly string[];
  tone: "on" | "off" | "waiting" | "power";
  pressed?: boolean;
  disabled?: boolean;
  state?: string;
  onPress: () => void;
}

function RoundButton({ id, name, icon, tone, pressed, disabled, state, onPress }: RoundButtonProps) {
  return (
    <button
      type="button"
      id={id}
      className={`round-button round-button-${tone}`}
      title={name}
      aria-label={name}
      aria-pressed={pressed}
      data-state={state}
      disabled={disabled}
      onClick={onPress}
    >
      <Icon paths={icon} />
    </button>
  );
}
