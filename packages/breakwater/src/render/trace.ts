import type { SpanRecord, TraceRecord, TraceSummary } from '@breakwater/protocol';
import { type Style, sanitise, visibleWidth } from '../terminal.ts';
import { renderTable } from './table.ts';
import { formatDuration, formatTime } from './units.ts';

/** What `traces` shows: one trace a line, newest last. */
export function renderTraces(traces: readonly TraceSummary[], style: Style): string {
  const right = (heading: string) => ({ heading, align: 'right' as const });
  return renderTable(
    [
      { heading: 'TIME' },
      { heading: 'TRACE' },
      { heading: 'SERVICE' },
      { heading: 'NAME' },
      right('STATUS'),
      right('DURATION'),
      right('SPANS'),
      { heading: 'ERROR' },
    ],
    [...traces]
      .sort((a, b) => a.startedAt - b.startedAt)
      .map((trace) => [
        formatTime(trace.startedAt),
        trace.id,
        trace.service,
        sanitise(trace.name),
        trace.status === null ? '' : String(trace.status),
        formatDuration(trace.durationMs),
        String(trace.spans),
        trace.error ? style.red('error') : '',
      ]),
    style,
  );
}

interface Row {
  readonly span: SpanRecord;
  readonly indent: string;
}

/** Spans in the order of a tree: each under its parent, by start; a span whose parent is missing stands at the top. */
export function orderSpans(spans: readonly SpanRecord[]): readonly Row[] {
  const known = new Set(spans.map((span) => span.spanId));
  const children = new Map<string | null, SpanRecord[]>();
  for (const span of [...spans].sort((a, b) => a.startedAt - b.startedAt || b.durationMs - a.durationMs)) {
    const parent =
      span.parentId !== null && known.has(span.parentId) && span.parentId !== span.spanId
        ? span.parentId
        : null;
    children.set(parent, [...(children.get(parent) ?? []), span]);
  }
  const rows: Row[] = [];
  const seen = new Set<string>();
  const visit = (span: SpanRecord, prefix: string, branch: string, below: string): void => {
    if (seen.has(span.spanId)) return;
    seen.add(span.spanId);
    rows.push({ span, indent: prefix + branch });
    const under = children.get(span.spanId) ?? [];
    under.forEach((child, index) => {
      const last = index === under.length - 1;
      visit(child, prefix + below, last ? '└ ' : '├ ', last ? '  ' : '│ ');
    });
  };
  for (const root of children.get(null) ?? []) visit(root, '', '', '');
  // Spans in a circle of parents have no root; they are shown all the same.
  for (const span of spans) visit(span, '', '', '');
  return rows;
}

const BAR_WIDTH = 32;

/** One trace as a tree with a bar per span, on one time axis. */
export function renderTrace(trace: TraceRecord, style: Style): string {
  const rows = orderSpans(trace.records);
  const start = Math.min(trace.startedAt, ...trace.records.map((span) => span.startedAt));
  const end = Math.max(
    trace.startedAt + trace.durationMs,
    ...trace.records.map((span) => span.startedAt + span.durationMs),
  );
  const total = Math.max(end - start, 0.001);
  const labels = rows.map(
    ({ span, indent }) => `${style.dim(indent)}${span.service} ${style.bold(sanitise(span.name))}`,
  );
  const width = Math.min(72, Math.max(...labels.map(visibleWidth), 10));
  const lines = rows.map(({ span }, index) => {
    const label = labels[index] ?? '';
    const from = Math.min(BAR_WIDTH - 1, Math.floor(((span.startedAt - start) / total) * BAR_WIDTH));
    const length = Math.max(1, Math.min(BAR_WIDTH - from, Math.round((span.durationMs / total) * BAR_WIDTH)));
    const bar = `${' '.repeat(from)}${'█'.repeat(length)}${' '.repeat(BAR_WIDTH - from - length)}`;
    const mark = span.error ? ` ${style.red('error')}` : '';
    const padded = label + ' '.repeat(Math.max(0, width - visibleWidth(label)));
    return `${padded} ${style.dim('▕')}${span.error ? style.red(bar) : style.cyan(bar)}${style.dim('▏')} ${formatDuration(span.durationMs).padStart(7)}${mark}${renderFacts(span, style)}`;
  });
  const status = trace.status === null ? '' : ` · ${trace.status}`;
  return [
    `${style.bold(trace.id)} · ${sanitise(trace.name)}${status} · ${formatDuration(trace.durationMs)} · ${formatTime(trace.startedAt)}`,
    '',
    ...lines,
  ].join('\n');
}

/** The attributes that say most: the statement, the exception. */
function renderFacts(span: SpanRecord, style: Style): string {
  const { attributes } = span;
  const text = attributes['exception.message'] ?? attributes['db.query.text'] ?? attributes['db.statement'];
  if (text === undefined) return '';
  const line = sanitise(String(text)).replace(/\s+/g, ' ');
  return `  ${style.dim(line.length > 60 ? `${line.slice(0, 59)}…` : line)}`;
}
