"""A small identity provider: one person, who is asked nothing, and whatever fault a test wants of it."""

from __future__ import annotations

import base64
import hashlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "panel", "the client's secret & more"


def new_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": token_urlsafe(8), "use": "sig"})


@dataclass
class IdentityProvider:
    """`claims` are added to the identity token, None takes one away; `fault` is what it does wrong."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    fault: str = ""
    key: RSAKey = field(default_factory=new_key)
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)

    def routes(self) -> list[Route]:
        return [
            Route("/.well-known/openid-configuration", self.discovery),
            Route("/authorize", self.authorize),
            Route("/token", self.token, methods=["POST"]),
            Route("/keys", self.keys),
        ]

    async def discovery(self, _: Request) -> Response:
        self.fetched.append("discovery")
        if self.fault == "no discovery":
            return JSONResponse({}, 500)
        stated = {
            "issuer": "https://another.example" if self.fault == "another issuer" else self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        if self.fault == "no TLS":
            stated["token_endpoint"] = "http://id.example/token"
        return JSONResponse(stated)

    async def keys(self, _: Request) -> Response:
        self.fetched.append("keys")
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = token_urlsafe(16)
        self.asked[code] = asked
        answer = {"code": code, "state": asked["state"]}
        if self.fault == "refused":
            answer = {"error": "access_denied", "state": asked["state"]}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}", 302)

    async def token(self, request: Request) -> Response:
        form = await request.form()
        asked = self.asked.pop(str(form["code"]), None)
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {known}":
            return JSONResponse({"error": "invalid_client"}, 401)
        challenge = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        if (
            asked is None
            or form["redirect_uri"] != asked["redirect_uri"]
            or base64.urlsafe_b64encode(challenge).decode().rstrip("=") != asked["code_challenge"]
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        answer = {"access_token": "a", "token_type": "Bearer", "id_token": self._signed(asked)}
        if self.fault == "no identity token":
            del answer["id_token"]
        return JSONResponse(answer)

    def _signed(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        usual = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "0042",
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "name": "Dana Ortiz",
        }
        claims = {name: v for name, v in (usual | self.claims).items() if v is not None}
        if self.fault == "signed with the client's secret":
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET))
        if self.fault == "not signed":
            parts = ({"alg": "none"}, claims)
            import json

            coded = [base64.urlsafe_b64encode(json.dumps(p).encode()).decode() for p in parts]
            return ".".join(part.rstrip("=") for part in (*coded, ""))
        key = new_key() if self.fault == "another key" else self.key
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, key)


@contextmanager
def serving(provider: IdentityProvider) -> Iterator[None]:
    listener = socket.create_server(("127.0.0.1", 0))
    provider.issuer = f"http://127.0.0.1:{listener.getsockname()[1]}"
    config = uvicorn.Config(
        Starlette(routes=provider.routes()), lifespan="off", log_config=None, ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
