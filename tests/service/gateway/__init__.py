"""The gateway's API: in this process, with stand-ins for services, or with real ones."""
