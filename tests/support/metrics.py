"""What a running service shows to a scrape."""

from prometheus_client.parser import text_string_to_metric_families


def scrape(container):
    """The samples of a scrape, by name and labels."""
    health = next(one for one in container.dependencies if type(one).__name__ == "Health")
    page = health.scrape().decode()
    found = {}
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            found[(sample.name, *sorted(sample.labels.items()))] = sample.value
    return found


def value(samples, name, **labels):
    return samples.get((name, *sorted(labels.items())), 0.0)
