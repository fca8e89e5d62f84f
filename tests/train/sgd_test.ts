/** SGD: its formula. */

import { startBackend } from "gradnets/model/backend.ts";
import { sgd } from "gradnets/train/sgd.ts";
import { assertClose, withoutLeak } from "../helpers/close.ts";
import { follow } from "../helpers/follow.ts";

await startBackend();

Deno.test("sgd() steps by −scale·α·∇", () =>
  withoutLeak(() => {
    assertClose(follow(sgd(), [1, -2, 4], 0.5), [-0.5, 0.5, -1.5], { rel: 1e-6 });
    assertClose(follow(sgd({ scale: 10 }), [1], 0.5), [-5], { rel: 1e-6 });
  }));
