"""The AWS emulator of the tests: moto's server on a free loopback port, with our own CloudFormation engine.

Prints one line of JSON with its port once it listens. Ends when its standard input ends, so that no server
outlives the test that started it, whatever happened to that test.
"""

import json
import os
import socket
import sys
import threading


def end_with_parent() -> None:
    """Standard input is a pipe from whoever started us: when that is gone, so are we."""
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


def main() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    # moto reads its own port when it is imported: it has to be known before.
    os.environ["MOTO_PORT"] = str(port)
    # Roles get AWS's managed policies attached, as they are on AWS.
    os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")

    from moto.moto_server.werkzeug_app import (
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )
    from werkzeug.serving import make_server

    from cloudformation import api
    from hooks import Hooks
    from services import ecs, functions, gaps

    for part in (api, ecs, functions, gaps):
        part.install()

    server = make_server(
        "127.0.0.1",
        port,
        Hooks(DomainDispatcherApplication(create_backend_app)),
        threaded=True,
        request_handler=MotoRequestHandler,
        fd=listener.fileno(),
    )
    threading.Thread(target=end_with_parent, daemon=True).start()
    print(json.dumps({"port": port}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
