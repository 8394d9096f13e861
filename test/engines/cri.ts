/** The Container Runtime Interface of Kubernetes (runtime.v1), which the kubelet speaks with an engine: gRPC on the engine's socket. */
import { connect } from "node:http2";
import { connect as connectSocket } from "node:net";
import { Decoded, encodeMessage, type Message } from "./protobuf.ts";

export type CriService = "RuntimeService" | "ImageService";

/** Rejects with the engine's message if the call fails. */
export async function callCri(socket: string, service: CriService, method: string, request: Message): Promise<Decoded> {
  const session = connect("http://localhost", { createConnection: () => connectSocket(socket) });
  try {
    return await new Promise<Decoded>((resolve, reject) => {
      session.on("error", reject);
      const stream = session.request({
        ":method": "POST",
        ":path": `/runtime.v1.${service}/${method}`,
        "content-type": "application/grpc",
        te: "trailers",
      });
      const pieces: Buffer[] = [];
      let outcome: Record<string, unknown> = {};
      for (const event of ["response", "trailers"]) stream.on(event, (headers) => (outcome = { ...outcome, ...headers }));
      stream.on("data", (piece: Buffer) => pieces.push(piece));
      stream.on("error", reject);
      stream.on("end", () => {
        const [status, message] = [outcome["grpc-status"], String(outcome["grpc-message"] ?? "")];
        if (Number(status) !== 0) reject(new Error(`${method} failed with ${status}: ${decodeURIComponent(message)}`));
        else resolve(new Decoded(Buffer.concat(pieces).subarray(FRAME)));
      });
      const bytes = encodeMessage(request);
      const frame = Buffer.alloc(FRAME);
      frame.writeUInt32BE(bytes.length, 1);
      stream.end(Buffer.concat([frame, bytes]));
    });
  } finally {
    session.close();
  }
}

/** A byte that says whether it is compressed, and the length. */
const FRAME = 5;
