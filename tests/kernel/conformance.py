"""The official jupyter_kernel_test on this kernel; run by spec_test.ts.

What it cannot check of a TypeScript kernel: the pager (there is none: an explanation is an answer to
`inspect`). What it has no check for, in any language: Stop, comms, input, the order of outputs and
"idle", what is sent to whom after an error, signatures. cells_test.ts, comms_test.ts, kernel_test.ts
and main_test.ts have.
"""

import unittest

import jupyter_kernel_test


class DenoKernel(jupyter_kernel_test.KernelTests):
    kernel_name = "deno"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('test')"
    completion_samples = [{"text": "let x = Mat", "matches": {"Math"}}]
    complete_code_samples = ["1", "const f = (x: number) => x * 2;"]
    incomplete_code_samples = ["function f() {", "const a = [1,", "`abc"]
    invalid_code_samples = ["const a = ;", "let 1x;"]
    code_generate_error = "throw new Error('x')"
    code_execute_result = [
        {"code": "6*7", "result": "42"},
        {"code": "NaN", "result": "NaN"},
    ]
    code_display_data = [
        {"code": "await Deno.jupyter.display(Deno.jupyter.html`<b>x</b>`)", "mime": "text/html"},
        {"code": "await Deno.jupyter.display(Deno.jupyter.svg`<svg></svg>`)", "mime": "image/svg+xml"},
    ]
    code_history_pattern = "6?7*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math.max"
    code_clear_output = "await Deno.jupyter.broadcast('clear_output', { wait: false })"


if __name__ == "__main__":
    unittest.main(verbosity=2)
