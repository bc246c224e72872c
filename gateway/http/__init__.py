"""HTTP as the gateway speaks it: requests, responses, cookies, uploads, rate limits, problems."""
