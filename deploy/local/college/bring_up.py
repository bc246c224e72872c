"""Bringing a college up: the services load while the broker boots, for each of the two is busy with one core for as long."""

from deploy.local.college.site import Site
from deploy.local.engines.engines import Engines


def bring_up(engines: Engines, site: Site, timeout: float) -> None:
    """Start what does not run of the engines and the site, and wait up to `timeout` seconds until every replica is ready.

    A service looks for its broker until it answers, at first start also until it knows the service's user; so none has to wait with
    its own loading. Raises EngineFailed, PackagesUnavailable, ProvisioningFailed or SiteNotReady; where the broker does not start,
    no service is left behind that looks for it.
    """
    ran_before = bool(site.running())

    def beside() -> None:
        site.provision_databases()
        site.start()

    try:
        engines.start(beside)
        site.provision_broker()
    except BaseException:
        if not ran_before:
            site.stop()
        raise
    site.wait_ready(timeout)
