/** New voice messages in an application/simple-message-summary body (RFC 3842 section 5.2); 0 if it says none. */
export function waitingVoiceMessages(body: string): number {
  const voice = /^voice-message\s*:\s*(\d{1,6})\s*\/\s*\d+/im.exec(body);
  if (voice) return Number(voice[1]);
  return /^messages-waiting\s*:\s*yes/im.test(body) ? 1 : 0;
}
