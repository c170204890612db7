/** An entry of RTCPeerConnection.getStats() as plain data; which members it has depends on its type and on the browser. */
export type Stat = { readonly id: string; readonly type: string; readonly timestamp: number } & Readonly<
  Record<string, unknown>
>;

export function numberOf(stat: Stat | undefined, member: string): number | undefined {
  const value = stat?.[member];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

export function textOf(stat: Stat | undefined, member: string): string | undefined {
  const value = stat?.[member];
  return typeof value === "string" ? value : undefined;
}

/** The audio entry of a type; if a stream was followed by another, the one that was heard of last. */
export function audioStat(stats: readonly Stat[], type: string): Stat | undefined {
  const heard = (stat: Stat) => numberOf(stat, "lastPacketReceivedTimestamp") ?? 0;
  return stats
    .filter((stat) => stat.type === type && (stat.kind ?? "audio") === "audio")
    .reduce<Stat | undefined>((latest, stat) => (latest && heard(latest) >= heard(stat) ? latest : stat), undefined);
}

/** "opus" of "audio/opus", for a stream that names its codec. */
export function codecOf(stats: readonly Stat[], stream: Stat | undefined): string | undefined {
  const id = textOf(stream, "codecId");
  const codec = id === undefined ? undefined : stats.find((stat) => stat.id === id);
  return textOf(codec, "mimeType")?.replace(/^audio\//i, "");
}
