/** What every update rule brings to the kernel that updates a block of parameters. */

import type { Code } from "./assembler.ts";
import type { ConstantPool } from "./constant_pool.ts";
import type { FunctionBuilder } from "./locals.ts";

/** Operands of a rule at four weights. */
export interface AtWeights {
  /** Address of four weights. */
  readonly at: Code;
  /** Bytes from there to their m and to their v. */
  readonly toM: number;
  readonly toV: number;
  /** Their gradient, with the penalty's. */
  readonly gradient: Code;
  /** Four times the rate. */
  readonly rate: Code;
}

/** Part of the update that differs from rule to rule. */
export interface RuleKernel {
  /** What it remembers between steps: the moments m and v of each weight, and t. */
  readonly state: readonly ("m" | "v" | "t")[];
  /** The rate of step `t`, from 1. */
  rate(learningRate: number, t: number): number;
  /** Makes the rule's own locals, and gives what makes code that comes first, and the change. */
  begin(
    f: FunctionBuilder,
    constants: ConstantPool,
  ): (at: AtWeights) => { readonly before: Code; readonly change: Code };
}
