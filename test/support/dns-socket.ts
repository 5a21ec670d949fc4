import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { parseIp } from '../../src/core/go/ip-address.ts';

export type DnsAnswer =
  | { readonly kind: 'addresses'; readonly addresses: readonly string[]; readonly ttl: number }
  | { readonly kind: 'code'; readonly code: 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' }
  | { readonly kind: 'silence' };

export type DnsQuestion = { readonly name: string; readonly type: 'A' | 'AAAA' };

export type DnsSocket = {
  readonly address: string;
  readonly questions: readonly DnsQuestion[];
  readonly close: () => void;
};

const codes = { NXDOMAIN: 3, SERVFAIL: 2, REFUSED: 5 } as const;

/** A DNS server over UDP; port 0 means a free one. */
export async function openDns(
  answer: (question: DnsQuestion) => DnsAnswer,
  host = '127.0.0.1',
  port = 0,
): Promise<DnsSocket> {
  const questions: DnsQuestion[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => {
    const { question, end } = questionIn(message);
    questions.push(question);
    const said = answer(question);
    if (said.kind === 'silence') return;
    const records =
      said.kind === 'addresses' ? said.addresses.flatMap((text) => recordOf(text, question, said.ttl)) : [];
    const header = Buffer.alloc(12);
    header.writeUInt16BE(message.readUInt16BE(0), 0);
    header.writeUInt16BE(0x8180 | (said.kind === 'code' ? codes[said.code] : 0), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    socket.send(Buffer.concat([header, message.subarray(12, end), ...records]), from.port, from.address);
  });
  socket.bind(port, host);
  await once(socket, 'listening');
  return { address: `${host}:${socket.address().port}`, questions, close: () => void socket.close() };
}

function questionIn(message: Buffer): { readonly question: DnsQuestion; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const type = message.readUInt16BE(at + 1) === 28 ? 'AAAA' : 'A';
  return { question: { name: labels.join('.').toLowerCase(), type }, end: at + 5 };
}

/** A record for the name in question, if it is of the type that was asked for. */
function recordOf(text: string, { type }: DnsQuestion, ttl: number): Buffer[] {
  const address = parseIp(text);
  if (address?.length !== (type === 'A' ? 4 : 16)) return [];
  const record = Buffer.alloc(12);
  record.writeUInt16BE(0xc00c, 0);
  record.writeUInt16BE(type === 'A' ? 1 : 28, 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt32BE(ttl, 6);
  record.writeUInt16BE(address.length, 10);
  return [Buffer.concat([record, address])];
}
