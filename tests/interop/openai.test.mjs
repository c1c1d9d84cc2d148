// OpenAI's own Node package against a running Myriad, through Envoy: node openai.test.mjs URL KEY
import assert from "node:assert/strict";
import OpenAI from "openai";

const [url, apiKey] = process.argv.slice(2);
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
const messages = [{ role: "user", content: "Who wrote Dune?" }];

const completion = await client.chat.completions.create({ model: "myriad-base", messages });
const { content, annotations } = completion.choices[0].message;
const { start_index, end_index, url: source } = annotations[0].url_citation;
assert.match(content.slice(start_index, end_index), /Frank Herbert/);
assert.equal(source, "https://example.org/dune");
assert.equal(completion.myriad.state, "ANSWER_STATE_ANSWERED");

const stream = await client.chat.completions.create({
  model: "base", messages, stream: true, stream_options: { include_usage: true },
});
let text = "", usage = null, finish = null;
for await (const chunk of stream) {
  text += chunk.choices[0]?.delta.content ?? "";
  finish = chunk.choices[0]?.finish_reason ?? finish;
  usage = chunk.usage ?? usage;
}
assert.equal(text, content);
assert.equal(finish, "stop");
assert.deepEqual(usage, completion.usage);

const gathered = await client.chat.completions.stream({ model: "base", messages }).finalContent();
assert.equal(gathered, content);

const response = await client.responses.create({ model: "base", input: "Who wrote Dune?" });
assert.equal(response.output_text, content);
const events = [];
for await (const event of await client.responses.create({ model: "base", input: "Who wrote Dune?", stream: true })) {
  events.push(event.type);
}
assert.equal(events.at(0), "response.created");
assert.equal(events.at(-1), "response.completed");

await assert.rejects(client.chat.completions.create({ model: "gpt-9", messages }), (error) => {
  assert.ok(error instanceof OpenAI.NotFoundError);
  assert.equal(error.code, "model_not_found");
  assert.equal(error.param, "model");
  return true;
});
const stranger = new OpenAI({ baseURL: `${url}/v1`, apiKey: "wrong", maxRetries: 0 });
await assert.rejects(stranger.models.list(), (error) => {
  assert.ok(error instanceof OpenAI.AuthenticationError);
  assert.equal(error.code, "invalid_api_key");
  return true;
});
await assert.rejects(client.models.list({ signal: AbortSignal.abort() }), OpenAI.APIUserAbortError);
