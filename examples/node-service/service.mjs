// A service for workflows in 60 lines of Node, without any package: it books seats. What makes it
// right is `once`: the keys of a call and its effect become durable together, in one line of a file.
import { appendFileSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync } from 'node:fs';
import { createServer } from 'node:http';

const [port, file] = [Number(process.argv[2] ?? 8090), process.argv[3] ?? 'seats.jsonl'];
const keys = new Map();  // key -> { state, status, body }: the barrier's table
const seats = new Map();  // the business

function apply({ rows, seat }) {
  for (const { key, ...row } of rows) keys.set(key, row);
  if (seat) seat.customer ? seats.set(seat.id, seat) : seats.delete(seat.id);
}
if (existsSync(file)) {
  const bytes = readFileSync(file), end = bytes.lastIndexOf(10) + 1;
  truncateSync(file, end);  // a line that a crash cut off was never acknowledged
  for (const line of bytes.toString('utf8', 0, end).split('\n')) if (line) apply(JSON.parse(line));
}
const log = openSync(file, 'a');

// One transaction. Node runs one callback at a time, so nothing comes between look and write.
function commit(change) {
  appendFileSync(log, JSON.stringify(change) + '\n');
  fsyncSync(log);
  apply(change);
}

function act(key, work) {
  const own = keys.get(key);
  if (own?.state === 'blocked' || own?.undone) return { status: 409, body: { error: 'undone already' } };
  if (own) return own;  // a duplicate: the stored reply
  const { status, body, seat } = work();
  const row = { key, state: status < 300 ? 'done' : 'refused', status, body };
  commit({ rows: [row], seat });
  return row;
}

function undo(key, undoes, work) {
  if (keys.has(key)) return keys.get(key);
  const action = keys.get(undoes) ?? { state: 'blocked' };  // it may still come
  const { status, body, seat } = action.state === 'done' ? work() : { status: 200, body: {} };
  const rows = [{ key: undoes, ...action, undone: true }, { key, state: 'done', status, body }];
  commit({ rows, seat });
  return rows[1];
}

function handle({ method, url, headers }, text) {
  const id = url.match(/^\/seats\/([\w-]+)$/)?.[1];
  if (!id) return { status: 404, body: { error: 'seats stand under /seats/{id}' } };
  if (method === 'GET') return seats.has(id) ? { status: 200, body: seats.get(id) } : { status: 404, body: {} };
  const key = headers['idempotency-key'], undoes = headers['skald-undoes'];
  if (!key || (method === 'DELETE' && !undoes)) return { status: 400, body: { error: 'a key is missing' } };
  if (method === 'DELETE') return undo(key, undoes, () => ({ status: 200, body: {}, seat: { id } }));
  return act(key, () => {
    if (seats.has(id)) return { status: 409, body: { error: 'taken' } };
    const seat = { id, customer: JSON.parse(text || '{}').customer ?? 'unknown' };
    return { status: 201, body: seat, seat };
  });
}

createServer((request, response) => {
  let text = '';
  request.on('data', (part) => (text += part)).on('end', () => {
    const { status, body } = handle(request, text);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
}).listen(port, '127.0.0.1', function () { console.log(`http://127.0.0.1:${this.address().port}`); });
