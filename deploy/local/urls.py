"""Connection addresses: changing the part after the host, and the driver they name."""

from urllib.parse import quote, urlsplit, urlunsplit


def with_path(url: str, name: str) -> str:
    """The same server and user, another virtual host or database."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path="/" + quote(name, safe="")))


def with_credentials(url: str, user: str, password: str) -> str:
    """The same server and path, another user."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{host}"))


def for_sqlalchemy(url: str) -> str:
    """A PostgreSQL address that names the driver eventlet can patch, whatever driver it named before."""
    return "postgresql+psycopg2" + url[url.index("://") :]


def for_psycopg(url: str) -> str:
    """A PostgreSQL address as psycopg2 itself reads it."""
    return "postgresql" + url[url.index("://") :]


def without_password(url: str) -> str:
    """The address as it may be shown."""
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    name = user.partition(":")[0]
    return urlunsplit(parts._replace(netloc=f"{name}@{host}" if name else host))
