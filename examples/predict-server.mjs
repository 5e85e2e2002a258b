// A model behind a web server, with Node's own parts: POST a picture, get JSON.
// node examples/predict-server.mjs [model folder]
import { createServer } from "node:http";
import { loadModel, toErrorRecord } from "rootstock";

const limitBytes = 20 * 2 ** 20;
const model = await loadModel(process.argv[2] ?? "model");

const server = createServer(async (request, response) => {
  const reply = (status, value) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
  if (Number(request.headers["content-length"] ?? Infinity) > limitBytes) return reply(413, {});
  const parts = [];
  for await (const part of request) parts.push(part);
  try {
    reply(200, await model.predict(Buffer.concat(parts)));
  } catch (error) {
    reply(422, { error: toErrorRecord(error) }); // a bad picture, named by its code
  }
});
server.listen(Number(process.env.PORT ?? 8080), "127.0.0.1", async () => {
  const address = `http://127.0.0.1:${server.address().port}`;
  const reply = await fetch(address, { method: "POST", body: "no picture" });
  const { error } = await reply.json();
  console.log(reply.status, error.code); //> 422 E_IMAGE_TYPE
  if (process.env.ONCE) server.close(() => model.close());
  else console.error(`listening: curl --data-binary @photo.jpg ${address}`);
});
