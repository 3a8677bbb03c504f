import { connect, type Socket } from "node:net";

/** Sends bytes to a port of this machine; resolves with what has come back when the connection ends. */
export function sendRaw(port: number, bytes: string | Buffer): Promise<string> {
  return exchange(port, (socket) => socket.write(bytes));
}

/** Sends bytes and nothing more: what they leave open is broken off. */
export function sendAndEnd(port: number, bytes: string | Buffer): Promise<string> {
  return exchange(port, (socket) => socket.end(bytes));
}

function exchange(port: number, start: (socket: Socket) => void): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => start(socket));
    socket.setEncoding("latin1").on("data", (text) => {
      answer += text;
    });
    // A server that rejects bytes may reset the connection.
    socket.on("error", () => {}).once("close", () => resolve(answer));
  });
}
