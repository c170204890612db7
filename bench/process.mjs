// What the operating system says of a process: its CPU and its memory.
// @ts-check
import fs from 'node:fs';

/** Seconds on a CPU since it began, all threads. /proc/PID/stat counts in hundredths of a second. @param {number} pid */
export function cpuSeconds(pid) {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Kilobytes in memory that are its own. @param {number} pid */
export function memoryKb(pid) {
  const text = fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? NaN);
}

/** Open descriptors. @param {number} pid */
export function descriptors(pid) {
  return fs.readdirSync(`/proc/${pid}/fd`).length;
}

/** @typedef {{cpu: number, memoryKb: number, descriptors: number}} Cost */

/** @param {number} pid @returns {Cost} */
export const costNow = (pid) => ({ cpu: cpuSeconds(pid), memoryKb: memoryKb(pid), descriptors: descriptors(pid) });

/** CPU in between; memory and descriptors are those of then. @param {Cost} before @param {Cost} after @returns {Cost} */
export const costBetween = (before, after) => ({ ...after, cpu: after.cpu - before.cpu });
