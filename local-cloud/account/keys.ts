import { randomBytes } from "node:crypto";
import type { CheckedCall } from "../api/interception";
import type { Credential } from "../api/signature";

/** Whether the bearer of a key may do something. */
export type Permission = (call: CheckedCall) => boolean;

interface Key {
  readonly credential: Credential;
  readonly allows: Permission;
}

/** The keys of the one account: its owner's, and temporary ones of roles. */
export class Keys {
  readonly #keys = new Map<string, Key>();

  /** A permanent key. */
  issue(allows: Permission): Credential {
    return this.#add({ ...newPair(), allows });
  }

  /** A temporary key, with its token. */
  issueTemporary(allows: Permission): Required<Credential> {
    const token = randomBytes(24).toString("hex");
    return { ...this.#add({ ...newPair(), token, allows }), token };
  }

  find(secretId: string): Credential | undefined {
    return this.#keys.get(secretId)?.credential;
  }

  allows(call: CheckedCall): boolean {
    return this.#keys.get(call.secretId)?.allows(call) ?? false;
  }

  #add({ allows, ...credential }: Credential & { readonly allows: Permission }): Credential {
    this.#keys.set(credential.secretId, { credential, allows });
    return credential;
  }
}

/** Keys of the form that Tencent's have. */
function newPair(): { secretId: string; secretKey: string } {
  const letters = (bytes: number) => randomBytes(bytes).toString("hex");
  return { secretId: `AKID${letters(16)}`, secretKey: letters(16) };
}
