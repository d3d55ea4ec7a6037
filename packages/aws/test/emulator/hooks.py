"""What stands before moto: refusals as AWS words them, and paths under /emulator that only tests use.

- POST /emulator/behaviour        the fields of behaviour.Behaviour; what is left out gets its default
- POST /emulator/stack-status     {stackName, status, reason}: puts a stack into a state
- POST /emulator/forget-stacks    CloudFormation knows no stack but CDKToolkit any more; what they created stays
- PUT  /emulator/answer/TOKEN     what a custom resource's function answers
- an access key id that begins with EXPIRED is answered with ExpiredToken, one that begins with INVALID with
  InvalidClientTokenId
- a call named in Behaviour.deny (`ecs:UpdateService`, `ecs:*`) is answered with AccessDenied
"""

import io
import json
import re
import traceback
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from behaviour import behaviour
from resources import functions

Start = Callable[[str, list[tuple[str, str]]], Any]
_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/[^/]+/([^/]+)/")
# The prefix of IAM actions where it differs from the name that requests are signed for.
_IAM_PREFIX = {"monitoring": "cloudwatch"}


class Hooks:
    """WSGI middleware round moto's application."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith("/emulator/"):
            return control(environ, start)
        signed = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
        if signed:
            key, service = signed.groups()
            if key.startswith("EXPIRED"):
                message = "The security token included in the request is expired"
                code = "ExpiredTokenException" if speaks_json(environ) else "ExpiredToken"
                return refuse(environ, start, service, code, message)
            if key.startswith("INVALID"):
                message = "The security token included in the request is invalid."
                code = "UnrecognizedClientException" if speaks_json(environ) else "InvalidClientTokenId"
                return refuse(environ, start, service, code, message)
            if behaviour.deny:
                action = f"{_IAM_PREFIX.get(service, service)}:{operation(environ)}"
                if action in behaviour.deny or f"{action.split(':')[0]}:*" in behaviour.deny:
                    message = (
                        f"User: arn:aws:iam::123456789012:user/test is not authorized to perform: {action}"
                    )
                    code = "AccessDeniedException" if speaks_json(environ) else "AccessDenied"
                    return refuse(environ, start, service, code, message)
        try:
            return self.application(environ, start)
        except Exception as error:
            # A page of HTML would be retried by the SDKs for most of a minute, and say nothing.
            traceback.print_exc()
            service = signed.group(2) if signed else ""
            message = f"The emulator failed: {type(error).__name__}: {error}"
            return refuse(environ, start, service, "EmulatorFailure", message)


def body_of(environ: dict[str, Any]) -> bytes:
    """The request's body, left readable for whoever comes next."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def speaks_json(environ: dict[str, Any]) -> bool:
    """Whether the caller expects errors in JSON (or CBOR), and not in XML."""
    return "HTTP_X_AMZ_TARGET" in environ or "HTTP_SMITHY_PROTOCOL" in environ


def operation(environ: dict[str, Any]) -> str:
    """Name of the call, `UpdateService`; empty for REST interfaces such as S3's."""
    target = environ.get("HTTP_X_AMZ_TARGET")
    if target:
        return target.split(".")[-1]
    if "HTTP_SMITHY_PROTOCOL" in environ:
        return environ["PATH_INFO"].split("/")[-1]
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        return parse_qs(body_of(environ).decode()).get("Action", [""])[0]
    return ""


def refuse(environ: dict[str, Any], start: Start, service: str, code: str, message: str) -> Iterable[bytes]:
    """An error in the protocol that the caller speaks."""
    body_of(environ)
    if environ.get("HTTP_SMITHY_PROTOCOL") == "rpc-v2-cbor":
        import cbor2

        headers = [("content-type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")]
        start("400 Bad Request", headers)
        return [cbor2.dumps({"__type": code, "message": message})]
    if speaks_json(environ):
        start("400 Bad Request", [("content-type", "application/x-amz-json-1.1"), ("x-amzn-errortype", code)])
        return [json.dumps({"__type": code, "message": message}).encode()]
    error = f"<Code>{code}</Code><Message>{escape(message)}</Message>"
    if service == "ec2":
        text = f"<Response><Errors><Error>{error}</Error></Errors><RequestID>0</RequestID></Response>"
    elif service == "s3":
        text = f"<Error>{error}</Error>"
    else:
        sent = f"<Error><Type>Sender</Type>{error}</Error>"
        text = f"<ErrorResponse>{sent}<RequestId>0</RequestId></ErrorResponse>"
    start("403 Forbidden", [("content-type", "text/xml")])
    return [text.encode()]


def control(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """The paths that only tests use."""
    given = json.loads(body_of(environ) or b"{}")
    try:
        path = environ["PATH_INFO"]
        match path.rsplit("/", 1)[0] if path.startswith("/emulator/answer/") else path:
            case "/emulator/answer":
                functions.answers[path.rsplit("/", 1)[1]].put(given)
            case "/emulator/behaviour":
                behaviour.replace(given)
            case "/emulator/stack-status":
                set_stack_status(given["stackName"], given["status"], given.get("reason"))
            case "/emulator/forget-stacks":
                forget_stacks()
            case _:
                raise LookupError(f"no such path: {path}")
    except (LookupError, ValueError, TypeError) as error:
        start("400 Bad Request", [("content-type", "text/plain")])
        return [str(error).encode()]
    start("204 No Content", [])
    return []


def set_stack_status(name: str, status: str, reason: str | None) -> None:
    """Puts a stack into a state, in whichever account and region it is."""
    from moto.cloudformation.models import cloudformation_backends

    found = [
        stack
        for regions in cloudformation_backends.values()
        for backend in regions.values()
        for stack in backend.stacks.values()
        if stack.name == name
    ]
    if not found:
        raise LookupError(f"no stack {name}")
    for stack in found:
        stack.status = status
        stack.stack_status_reason = reason
        stack._add_stack_event(status, resource_status_reason=reason)


def forget_stacks() -> None:
    """Leaves what stacks created as something else would have created it; the account stays bootstrapped."""
    from moto.cloudformation.models import cloudformation_backends

    for regions in cloudformation_backends.values():
        for backend in regions.values():
            kept = {key: stack for key, stack in backend.stacks.items() if stack.name == "CDKToolkit"}
            backend.stacks.clear()
            backend.stacks.update(kept)
