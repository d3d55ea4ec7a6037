// An upstream for the comparison: node:http, 61 bytes of JSON. Reports its port to the parent process.
import { createServer } from 'node:http';

const body = Buffer.from('{"ok":true,"items":["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]}');
const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit());
