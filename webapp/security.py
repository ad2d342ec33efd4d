"""Headers of every answer: a strict content security policy (measured with our libraries), and the usual ones."""

from urllib.parse import urlsplit

from flask import Response, g

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def origin_of(url: str) -> str | None:
    """Scheme, host and port of an http(s) URL, as a policy may name it; None for anything else."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    host = parts.hostname or ""
    plain = host.replace(".", "").replace("-", "").isalnum() and host.isascii()
    return f"{parts.scheme}://{host}{port}" if parts.scheme in ("http", "https") and plain else None


def allow_origin(origin: str) -> None:
    """Lets the page of this request, and no other, ask one more origin: the visitor's own node."""
    g.allowed_origin = origin


def protect(response: Response) -> Response:
    """Adds the headers."""
    extra = g.get("allowed_origin")
    policy = {**_POLICY, "connect-src": f"'self' {extra}"} if extra else _POLICY
    response.headers["Content-Security-Policy"] = "; ".join(f"{name} {value}" for name, value in policy.items())
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
