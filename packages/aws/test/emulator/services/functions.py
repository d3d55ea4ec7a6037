"""Lambda functions in JavaScript really run: in Node, with this repository's SDK, against the emulator.

So the code that stands in a template is run as it would be on AWS. Nothing keeps a function from anything:
only what the tests themselves deploy is run.
"""

import io
import json
import os
import subprocess
import tempfile
import zipfile
from typing import Any

from moto.awslambda.models import LambdaFunction

# Prints what the handler returns or throws after a line of its own, so that its own output is told apart.
RUNNER = """
const [module, name] = process.env._HANDLER.split('.');
const event = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
Promise.resolve()
  .then(() => require(`${process.cwd()}/${module}`)[name](event, {}))
  .then(
    (value) => ({ value: value ?? null }),
    ({ name, message }) => ({ error: { errorType: name, errorMessage: message } }),
  )
  .then((result) => console.log('\\n' + JSON.stringify(result)));
"""


def install() -> None:
    LambdaFunction._invoke_lambda = run


def run(function: LambdaFunction, event: Any = None) -> tuple[str, bool, str]:
    """What a function answers, whether that is an error, and what it wrote."""
    if not str(function.run_time).startswith("nodejs"):
        raise NotImplementedError(f"functions in {function.run_time} are not run")
    environment = {
        **{name: os.environ[name] for name in ("PATH", "NODE_PATH") if name in os.environ},
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{os.environ['MOTO_PORT']}",
        "AWS_ACCESS_KEY_ID": "FUNCTION",
        "AWS_SECRET_ACCESS_KEY": "emulator",
        "AWS_REGION": function.region,
        "NODE_NO_WARNINGS": "1",
        "_HANDLER": function.handler,
        **function.environment_vars,
    }
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(io.BytesIO(function.code_bytes)).extractall(folder)
        ended = subprocess.run(
            [os.environ.get("EMULATOR_NODE", "node"), "-e", RUNNER],
            cwd=folder,
            env=environment,
            input=json.dumps(event),
            capture_output=True,
            text=True,
            timeout=float(function.timeout) + 10,
        )
    output, _, last = ended.stdout.rstrip("\n").rpartition("\n")
    try:
        result = json.loads(last)
    except ValueError:
        result = {"error": {"errorType": "Runtime.ExitError", "errorMessage": ended.stderr[-2000:]}}
    failed = "error" in result
    return json.dumps(result["error"] if failed else result["value"]), failed, output + ended.stderr
