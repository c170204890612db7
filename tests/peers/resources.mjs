// What a program takes from the machine, as Linux counts it.
// @ts-check
import fs from 'node:fs';

/** @param {number} pid @returns {number} megabytes of memory that are really there (VmRSS) */
export function residentMegabytes(pid) {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}

/** Files and sockets. @param {number} pid */
export function openFiles(pid) {
  return fs.readdirSync(`/proc/${pid}/fd`).length;
}

/** A sanitizer keeps what was freed: its memory says nothing. @param {number} pid */
export function isSanitized(pid) {
  return /\/lib[at]san\.so/.test(fs.readFileSync(`/proc/${pid}/maps`, 'utf8'));
}
