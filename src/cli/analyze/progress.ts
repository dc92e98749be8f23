// One line on standard error while the job runs, when that is a terminal; nothing in a pipe.
import { clearLine, cursorTo } from 'node:readline';

export interface Progress {
  /** Bytes read from disk since the last call. */
  bytes(read: number): void;
  records(read: number): void;
  /** Of this phase so far. */
  verdicts(joined: number): void;
  phase(name: string, totalBytes: number | null): void;
  end(): void;
}

const REDRAW_MS = 200;

export function createProgress(stream: NodeJS.WriteStream, visible: boolean): Progress {
  if (!visible) return { bytes() {}, records() {}, verdicts() {}, phase() {}, end() {} };
  let state = { name: '', totalBytes: null as number | null, bytes: 0, records: 0, verdicts: 0, begun: 0 };
  let drawn = 0;
  // Input from a pipe may be silent for long: what was read until then is shown all the same.
  const timer = setInterval(draw, REDRAW_MS).unref();

  function draw(): void {
    const now = performance.now();
    const isIdle = state.name === '' || state.totalBytes === 0;
    if (isIdle || now - drawn < REDRAW_MS) return;
    drawn = now;
    const seconds = Math.max(0.001, (now - state.begun) / 1000);
    cursorTo(stream, 0);
    stream.write(progressLine(state, seconds).slice(0, Math.max(20, stream.columns - 1)));
    clearLine(stream, 1);
  }

  return {
    bytes(read) {
      state.bytes += read;
      draw();
    },
    records(read) {
      state.records += read;
    },
    verdicts(joined) {
      state.verdicts = joined;
    },
    phase(name, totalBytes) {
      state = { name, totalBytes, bytes: 0, records: 0, verdicts: 0, begun: performance.now() };
      drawn = 0;
      draw();
    },
    end() {
      clearInterval(timer);
      cursorTo(stream, 0);
      clearLine(stream, 1);
    },
  };
}

interface ProgressState {
  readonly name: string;
  readonly totalBytes: number | null;
  readonly bytes: number;
  readonly records: number;
  readonly verdicts: number;
}

/** `flows 1.2 GB of 3.4 GB · 312,000 lines/s · 41,210 verdicts · 0:07 left` */
function progressLine(state: ProgressState, seconds: number): string {
  const parts = [
    state.totalBytes === null
      ? `${state.name} ${size(state.bytes)}`
      : `${state.name} ${size(state.bytes)} of ${size(state.totalBytes)}`,
    `${Math.round(state.records / seconds).toLocaleString('en')} lines/s`,
  ];
  if (state.verdicts > 0) parts.push(`${state.verdicts.toLocaleString('en')} verdicts`);
  if (state.totalBytes !== null && state.bytes > 0 && seconds > 1)
    parts.push(`${clock((seconds * (state.totalBytes - state.bytes)) / state.bytes)} left`);
  if (state.totalBytes === null) parts.push('Ctrl-C ends it with the answer so far');
  return parts.join(' · ');
}

function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ''}`;
}

function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
