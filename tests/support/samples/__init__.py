"""Samples: files, names, certificates and approvals that tests share."""
