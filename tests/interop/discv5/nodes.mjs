// Nodes of @chainsafe/discv5 on loopback, told what to do by lines of JSON on stdin; each line is
// answered by one on stdout: {"result": ...} or {"error": text}. They answer every TALKREQ with the
// request's protocol, a colon and its payload. They end when stdin does.

import { createInterface } from "node:readline";
import { createSocket } from "node:dgram";
import { Discv5 } from "@chainsafe/discv5";
import { ENR, SignableENR } from "@chainsafe/enr";
import { generateKeyPair } from "@libp2p/crypto/keys";
import { multiaddr } from "@multiformats/multiaddr";

const nodes = [];

// A UDP port that is free now: the package cannot tell which one it was given.
function freePort() {
  return new Promise((resolve, reject) => {
    const socket = createSocket("udp4");
    socket.on("error", reject);
    socket.bind(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

const commands = {
  // Begins a node that knows `bootnode` and is of its network: the key "starling" is copied.
  async start({ bootnode }) {
    const known = ENR.decodeTxt(bootnode);
    const privateKey = await generateKeyPair("secp256k1");
    const address = multiaddr(`/ip4/127.0.0.1/udp/${await freePort()}`);
    const enr = SignableENR.createFromPrivateKey(privateKey, {
      starling: known.kvs.get("starling"),
    });
    enr.setLocationMultiaddr(address);
    const node = Discv5.create({
      enr,
      privateKey,
      bindAddrs: { ip4: address },
      // No second sending of their own: the test says what is asked again, and why.
      config: { requestRetries: 0, lookupTimeout: 10_000, pingInterval: 1_000 },
    });
    node.on("talkReqReceived", (from, _enr, message) => {
      const said = Buffer.concat([
        Buffer.from(message.protocol), Buffer.from(":"), Buffer.from(message.request)]);
      node.sendTalkResp(from, message.id, said);
    });
    await node.start();
    node.addEnr(known);
    nodes.push(node);
    return { record: enr.encodeTxt(), id: enr.nodeId };
  },
  async ping({ from, to }) {
    const pong = await nodes[from].sendPing(ENR.decodeTxt(to));
    return {
      sequence: pong.enrSeq.toString(),
      ip: Array.from(pong.addr.ip.octets ?? pong.addr.ip).join("."),
      port: pong.addr.port,
      own: nodes[from].enr.udp,
    };
  },
  async findnode({ from, to, distances }) {
    const found = await nodes[from].sendFindNode(ENR.decodeTxt(to), distances);
    return found.map((enr) => enr.encodeTxt());
  },
  async talk({ from, to, protocol, payload }) {
    const said = await nodes[from].sendTalkReq(ENR.decodeTxt(to), Buffer.from(payload), protocol);
    return Buffer.from(said).toString();
  },
  async lookup({ from, target }) {
    const found = await nodes[from].findNode(target);
    return found.map((enr) => enr.nodeId);
  },
  async table({ from }) {
    return nodes[from].kadValues().map((enr) => enr.nodeId);
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const { command, ...values } = JSON.parse(line);
    answer = { result: await commands[command](values) };
  } catch (error) {
    answer = { error: String(error?.code ?? error?.message ?? error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
for (const node of nodes) await node.stop();
process.exit(0);
