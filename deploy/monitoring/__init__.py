"""Being watched: what Prometheus collects, when it calls somebody, and what Grafana shows."""
