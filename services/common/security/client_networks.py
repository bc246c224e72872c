"""Which networks a client's address counts for, where requests or tries are counted by address."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

UNKNOWN = "unknown"
# Anybody has a /64 to change addresses in, many have a /48, a small provider a /32: each step counts, the wider ones with a larger
# allowance, since more people share them.
_STEPS = ((64, 1), (48, 16), (32, 256))
# Under this prefix a translator in front of us shows clients that have IPv4 alone (RFC 6052).
_TRANSLATED = IPv6Network("64:ff9b::/96")
_LONGEST_TEXT = 64
_KNOWN = 4096


def networks_of(address: str) -> tuple[tuple[str, int], ...]:
    """Gives the networks that an address counts for, the narrowest first, each with how many times the allowance of one client it has.

    An IPv4 address counts for itself, also when it is written as an IPv6 one; an IPv6 address for its /64, /48 and /32. Whatever is no
    address counts for one network that all such share.
    """
    return _networks_of(address[: _LONGEST_TEXT + 1])


@lru_cache(_KNOWN)
def _networks_of(address: str) -> tuple[tuple[str, int], ...]:
    found = address_of(address)
    if found is None:
        return ((UNKNOWN, 1),)
    if isinstance(found, IPv4Address):
        return ((f"{found}/32", 1),)
    return tuple((str(ip_network((int(found), length), strict=False)), weight) for length, weight in _STEPS)


def address_of(text: str) -> IPv4Address | IPv6Address | None:
    """Reads an address as a server or a proxy writes it: with or without brackets, a port, a zone; nothing for what is none."""
    text = text.strip()
    if len(text) > _LONGEST_TEXT:
        return None
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return _behind(found) if isinstance(found, IPv6Address) else found


def _behind(address: IPv6Address) -> IPv4Address | IPv6Address:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return IPv4Address(int(address) & 0xFFFF_FFFF) if address in _TRANSLATED else address
