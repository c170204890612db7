import { useText } from "../../languages/text";
import type { CallQuality } from "../../phone-engine/quality/call-quality";
import type { LiveQuality } from "../../phone-engine/quality/quality-watch";
import { inWords, kilobits, milliseconds, percent } from "./figures";

interface Row {
  name: string;
  receiving?: string;
  sending?: string;
}

/** What is measured at the moment, in numbers. */
export function LiveTable({ quality }: { quality: LiveQuality }) {
  const text = useText();
  const { receiving, sending, roundTripMs } = quality;
  const report = sending?.report;
  const rows: Row[] = [
    { name: text("quality.quality"), receiving: inWords(text, receiving?.mos), sending: inWords(text, report?.mos) },
    { name: text("quality.loss"), ...both(receiving?.lossPercent, report?.lossPercent, percent) },
    { name: text("quality.jitter"), ...both(receiving?.jitterMs, report?.jitterMs, milliseconds) },
    { name: text("quality.delay"), ...both(receiving?.delayMs, report?.delayMs, milliseconds) },
    { name: text("quality.concealed"), ...both(receiving?.concealedPercent, undefined, percent) },
    { name: text("quality.bitRate"), ...both(receiving?.kbps, sending?.kbps, kilobits) },
    { name: text("quality.codec"), receiving: receiving?.codec, sending: sending?.codec },
  ];
  return (
    <>
      <Table rows={rows} />
      {roundTripMs !== undefined && (
        <p>
          {text("quality.roundTrip")}: {milliseconds(roundTripMs)}
        </p>
      )}
    </>
  );
}

/** What was measured in a whole call, for its history. */
export function QualitySummary({ summary }: { summary: CallQuality }) {
  const text = useText();
  const { receiving, sending, roundTripMs, setUp, trouble } = summary;
  const rows: Row[] = [
    {
      name: text("quality.average"),
      receiving: inWords(text, receiving?.averageMos),
      sending: inWords(text, sending?.averageMos),
    },
    {
      name: text("quality.worst"),
      receiving: inWords(text, receiving?.worstMos),
      sending: inWords(text, sending?.worstMos),
    },
    { name: text("quality.loss"), ...both(receiving?.lossPercent, sending?.lossPercent, percent) },
    { name: text("quality.jitter"), ...both(receiving?.jitterMs, sending?.jitterMs, milliseconds) },
  ];
  const facts = [
    [text("quality.roundTrip"), roundTripMs?.average],
    [text("quality.clickToRinging"), setUp.ringingMs],
    [text("quality.answerToSound"), setUp.soundMs],
  ] as const;
  return (
    <div className="quality-summary">
      {trouble && <p>{text(`verdicts.${trouble}`)}</p>}
      <Table rows={rows} />
      <dl>
        {facts.map(
          ([name, value]) =>
            value !== undefined && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{milliseconds(value)}</dd>
              </div>
            ),
        )}
      </dl>
    </div>
  );
}

function both(
  receiving: number | undefined,
  sending: number | undefined,
  written: (value: number) => string,
): Pick<Row, "receiving" | "sending"> {
  const write = (value: number | undefined) => (value === undefined ? undefined : written(value));
  return { receiving: write(receiving), sending: write(sending) };
}

function Table({ rows }: { rows: readonly Row[] }) {
  const text = useText();
  return (
    <table className="quality-table">
      <thead>
        <tr>
          <td />
          <th scope="col">{text("quality.receiving")}</th>
          <th scope="col">{text("quality.sending")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, receiving, sending }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{receiving ?? "–"}</td>
            <td>{sending ?? "–"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
