// Learns, asks, follows a question's steps, and reads errors.
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { ErrorInfoSchema } from "./gen/google/rpc/error_details_pb.js";
import { DocumentService } from "./gen/myriad/genesis/v1/document_service_pb.js";
import { OrchestratorService } from "./gen/myriad/orchestrator/v1/orchestrator_service_pb.js";
import { Step } from "./gen/myriad/orchestrator/v1/trace_pb.js";

const QUESTION = "Into which sea does the Lena flow?";
const MIND = "node";
const ATTEMPTS = 4;

const withKey = (next) => (request) => {
  request.header.set("authorization", `Bearer ${process.env.MYRIAD_API_KEY}`);
  return next(request);
};

// Tries again, with jitter, what failed because a component was away, as long as the deadline lasts.
const withRetries = (next) => async (request) => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await next(request);
    } catch (error) {
      const again = ConnectError.from(error).code === Code.Unavailable && !request.stream && attempt < ATTEMPTS;
      if (!again) throw error;
      await sleep(200 * 3 ** (attempt - 1) * (0.8 + 0.4 * Math.random()), undefined, { signal: request.signal });
    }
  }
};

// The URL says whether it is TLS; without MYRIAD_CA the system says who is believed.
const { MYRIAD_URL, MYRIAD_CA } = process.env;
const transport = createGrpcTransport({
  baseUrl: MYRIAD_URL,
  nodeOptions: MYRIAD_CA ? { ca: readFileSync(MYRIAD_CA) } : {},
  interceptors: [withRetries, withKey],
  defaultTimeoutMs: 30_000,
});
const documents = createClient(DocumentService, transport);
const orchestrator = createClient(OrchestratorService, transport);

async function* rivers() {
  const text = "The Lena is a river in Siberia. It flows into the Laptev Sea.";
  yield { parent: `minds/${MIND}`, documents: [{ id: "lena", title: "Lena", text }] };
}
for await (const { results } of documents.streamLearn(rivers(), { timeoutMs: 60_000 })) {
  for (const { document } of results) console.log(`learned ${document}`);
}

const { answer } = await orchestrator.query({ question: QUESTION, mind: MIND });
console.log(`answer ${answer.shortAnswer}`);
for (const { number, quote } of answer.citations) console.log(`[${number}] ${quote}`);

for await (const { event } of orchestrator.streamQuery({ question: QUESTION, mind: MIND })) {
  if (event.case === "step") console.log(`step ${Step[event.value.step]}`);
  if (event.case === "answer") console.log(`streamed ${event.value.shortAnswer}`);
}

// An error's reason is in its details; a deadline that was too short has a code of its own.
try {
  await orchestrator.query({ question: QUESTION, mind: MIND, model: "gpt-4" });
} catch (error) {
  const [info] = ConnectError.from(error).findDetails(ErrorInfoSchema);
  console.log(`error ${Code[error.code]} ${info.reason}`);
}
try {
  await orchestrator.query({ question: QUESTION, mind: MIND }, { timeoutMs: 1 });
} catch (error) {
  console.log(`error ${Code[error.code]}`);
}
