import { transferState } from "../languages/phrases";
import { useText } from "../languages/text";
import type { Transfer } from "../phone-engine/phone-engine";
import { usePhone } from "../store/phone-context";
import { useNow } from "./use-now";

/** What becomes of the current call's transfer, and how to take it back as long as that can be done. */
export function TransferProgress({ transfer }: { transfer: Transfer }) {
  const text = useText();
  return (
    <div id="transferState" className={`transfer-state transfer-${transfer.kind}`} data-kind={transfer.kind}>
      <span
        id="transferText"
        role={transfer.kind === "failed" ? "alert" : "status"}
        data-reason={transfer.kind === "failed" ? transfer.reason : undefined}
      >
        {transferState(text, transfer)}
      </span>
      {transfer.kind === "pending" && <Undo sendsAt={transfer.sendsAt} />}
    </div>
  );
}

function Undo({ sendsAt }: { sendsAt: number }) {
  const text = useText();
  const { commands } = usePhone();
  const seconds = Math.max(0, Math.ceil((sendsAt - useNow(sendsAt)) / 1000));
  return (
    <>
      <span id="transferSeconds" role="timer" aria-live="off">
        {text("calls.seconds", { seconds })}
      </span>
      <div className="transfer-buttons">
        <button type="button" id="undoTransferBtn" className="btn btn-warning" onClick={() => commands.undoTransfer()}>
          {text("calls.undo")}
        </button>
        <button type="button" id="transferNowBtn" className="btn btn-primary" onClick={() => commands.transferNow()}>
          {text("calls.now")}
        </button>
      </div>
    </>
  );
}
