/** A tar as a sequence to iterate over. lamina itself uses the reader directly. */
import type { TarEntry } from "../../src/tar/entry.ts";
import type { TarLimits } from "../../src/tar/limits.ts";
import { TarReader } from "../../src/tar/reader.ts";

export interface TarMember {
  readonly entry: TarEntry;
  /** Can be read once, and only until the next member is requested. Unread content is skipped. */
  readonly content: AsyncIterable<Uint8Array>;
}

type Event = TarEntry | Uint8Array | "end";

/** Reads the stream to its end, then returns. Throws code "integrity" or "unsupported", like the reader. */
export async function* readTar(stream: Iterable<Uint8Array>, limits: Partial<TarLimits> = {}): AsyncGenerator<TarMember> {
  const events = eventsOf(stream, limits);
  let isOpen = false;
  const next = async (): Promise<Event | undefined> => {
    const { value, done } = await events.next();
    if (value === "end") isOpen = false;
    return done ? undefined : value;
  };
  async function* content(): AsyncGenerator<Uint8Array> {
    while (isOpen) {
      const event = await next();
      if (event instanceof Uint8Array) yield event;
    }
  }
  for (let event = await next(); event !== undefined; event = await next()) {
    if (event === "end" || event instanceof Uint8Array) continue; // content that nobody read
    isOpen = true;
    const own = content();
    yield { entry: event, content: own };
    await own.return(undefined);
  }
}

/** The reader's events of one chunk, then of the next. */
async function* eventsOf(stream: Iterable<Uint8Array>, limits: Partial<TarLimits>): AsyncGenerator<Event> {
  let events: Event[] = [];
  const reader = new TarReader(
    { entry: (entry) => events.push(entry), content: (bytes) => events.push(bytes), entryEnd: () => events.push("end") },
    limits,
  );
  for (const chunk of stream) {
    reader.push(chunk);
    const told = events;
    events = [];
    yield* told;
  }
  reader.end();
}
